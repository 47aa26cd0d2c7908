import type { Request } from 'express';
import type { Channel } from '../phone-number.js';
import { readCode } from '../recovery-codes/code.js';
import { readTypedCode } from '../typed-code.js';
import { isObject, readKey } from './passport-session.js';

/** What a request asks for. */
export type Intent =
  | { readonly kind: 'challenge' }
  /** `channel` is undefined when the posted value names none. */
  | { readonly kind: 'resend'; readonly channel: Channel | undefined }
  /** `code` is undefined when the posted value cannot be one. */
  | { readonly kind: 'response'; readonly code: string | undefined }
  /** The same with a recovery code, in canonical form. */
  | { readonly kind: 'recovery'; readonly code: string | undefined };

export interface BodyFields {
  readonly codeField: string;
  readonly resendField: string;
  /** Undefined where recovery codes are not accepted. */
  readonly recoveryCodeField?: string | undefined;
}

/**
 * Reads the fields of the body. A form posts its code field with its resend button too: an empty code beside
 * a resend is a resend. A recovery code is read in either phase: with it a login needs no challenge.
 */
export function readIntent(
  body: unknown,
  phase: 'challenge' | 'response' | undefined,
  { codeField, resendField, recoveryCodeField }: BodyFields,
): Intent {
  const code = field(body, codeField);
  const resendValue = field(body, resendField);
  const resend = isTrue(resendValue);
  const recoveryCode = recoveryCodeField && field(body, recoveryCodeField);
  if (!isEmpty(recoveryCode)) {
    // Two answers at once: a code must not be spent on a request that means something else.
    return resend || !isEmpty(code)
      ? { kind: 'response', code: undefined }
      : { kind: 'recovery', code: readCode(recoveryCode) };
  }
  if (phase === 'challenge') return { kind: 'challenge' };
  if (resend && isEmpty(code)) return { kind: 'resend', channel: channels.get(resendValue) };
  if (resend) return { kind: 'response', code: undefined };
  if (code !== undefined || phase === 'response') {
    return { kind: 'response', code: normaliseCode(code) };
  }
  return { kind: 'challenge' };
}

/** A form posts its empty fields too. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === '';
}

/** Truthy and neither `'false'` nor `'0'`: a form can only post strings. */
function isTrue(value: unknown): boolean {
  return Boolean(value) && value !== 'false' && value !== '0';
}

/**
 * What the resend field may ask for. Any other word is refused: an SMS in place of what it names ('email', a
 * misspelt 'voice') would cost money and reach neither the mailbox nor the landline.
 */
const channels: ReadonlyMap<unknown, Channel> = new Map<unknown, Channel>([
  [true, 'sms'],
  ['true', 'sms'],
  [1, 'sms'],
  ['1', 'sms'],
  ['sms', 'sms'],
  ['voice', 'call'],
]);

/** Own keys only: the value of a polluted prototype was never posted. */
export function field(body: unknown, key: string): unknown {
  return isObject(body) && Object.hasOwn(body, key) ? Reflect.get(body, key) : undefined;
}

const fieldTags: ReadonlySet<string> = new Set(['[object Object]', '[object Array]']);

/**
 * Whether no parser has parsed the body into fields. A parser that found nothing leaves the key (Express 5)
 * or an empty object (Express 4, Koa); Fastify parses without middleware; koa-passport's requests always
 * have the key, and `ctx`. A Buffer (adapters for serverless platforms), a string, a FormData or a stream
 * is unread: a code in it would be mistaken for a request for another code.
 */
export function bodyUnread(request: Request): boolean {
  const { body } = request;
  // Not `instanceof`: a body from another realm (Jest) has another Object, and some parsers give it none.
  if (isObject(body)) return !fieldTags.has(Object.prototype.toString.call(body));
  if (body !== undefined) return typeof body === 'string';
  return !('body' in request) || readKey(readKey(request, 'ctx'), 'app') !== undefined;
}

/** 'G-123456', a format that some senders use. */
const senderPrefix = /^[A-Za-z]{1,2}-(?=[0-9]+$)/;

/**
 * Normalises a code from a message. Undefined for input that cannot be a code; the provider's `codePattern`
 * checks the rest before an attempt is counted.
 */
function normaliseCode(input: unknown): string | undefined {
  return readTypedCode(input)?.replace(senderPrefix, '').replaceAll('-', '');
}
