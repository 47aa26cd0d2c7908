import { plainCode } from './plain-code.js';
import { isObject } from './session.js';

/** What a request wants. */
export type Intent =
  | { readonly kind: 'challenge' }
  | { readonly kind: 'resend' }
  /** `code` is undefined when what was posted cannot be one. */
  | { readonly kind: 'response'; readonly code: string | undefined };

export interface Fields {
  readonly codeField: string;
  readonly resendField: string;
}

/**
 * Reads the code and the wish for a resend, and nothing else of the body is believed. A form has its
 * code field also when its resend button was pressed: empty beside a resend, it is a resend.
 */
export function readIntent(
  body: unknown,
  phase: 'challenge' | 'response' | undefined,
  { codeField, resendField }: Fields,
): Intent {
  if (phase === 'challenge') return { kind: 'challenge' };
  const code = field(body, codeField);
  const resend = isWish(field(body, resendField));
  if (resend && (code === undefined || code === '')) return { kind: 'resend' };
  if (resend) return { kind: 'response', code: undefined };
  if (code !== undefined || phase === 'response') {
    return { kind: 'response', code: plainCode(code) };
  }
  return { kind: 'challenge' };
}

/** Truthy, and not the text of something that is not: a form can post no other. */
function isWish(value: unknown): boolean {
  return Boolean(value) && value !== 'false' && value !== '0';
}

/** Only a body's own keys count: what a polluted prototype holds was never posted. */
export function field(body: unknown, key: string): unknown {
  return isObject(body) && Object.hasOwn(body, key) ? Reflect.get(body, key) : undefined;
}
