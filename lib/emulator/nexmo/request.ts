import { missing, type Refusal, refusal } from './authentication.js';
import type { Parameters } from './signature.js';
import { missingParameter, writeText } from './template.js';
import { documented, seen } from './vocabulary.js';

/** What a right request asks for. */
export interface NexmoEmulatorRequest {
  /** Digits, without '+'. */
  readonly to: string;
  readonly pin: string;
  readonly clientRef: string | undefined;
  /** What the phone shows: the template, with the request's parameters. */
  readonly text: string;
}

type ReadRequest =
  | { readonly valid: true; readonly request: NexmoEmulatorRequest }
  | { readonly valid: false; readonly refusal: Refusal };

/** Which status a wrong parameter has is invented, except for 2. */
export function readRequest(parameters: Parameters, template: string): ReadRequest {
  const to = parameters.get('to') ?? '';
  const pin = parameters.get('pin') ?? '';
  const clientRef = parameters.get('client-ref');
  if (to === '') return refused(missing('to'));
  if (pin === '') return refused(missing('pin'));
  // 'A numeric password'.
  if (!/^\d+$/.test(pin)) return refused(refusal('3'));
  if (clientRef !== undefined && clientRef.length > documented.longestClientRef) {
    return refused(refusal('3'));
  }
  // 'For example, to=16365553226': digits alone.
  if (!/^[1-9]\d{6,14}$/.test(to)) return refused(refusal('34'));
  // 'These APIs support 2FA for the US and Canada': the North American Numbering Plan, whole.
  if (!/^1[2-9]\d{9}$/.test(to)) {
    return refused({ status: '29', errorText: seen.notWhiteListed });
  }
  const absent = missingParameter(template, parameters);
  if (absent !== undefined) return refused(missing(absent));
  const text = writeText(template, parameters);
  return { valid: true, request: { to, pin, clientRef, text } };
}

function refused(reason: Refusal): ReadRequest {
  return { valid: false, refusal: reason };
}
