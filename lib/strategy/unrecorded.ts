import { proofOf } from '../verified.js';
import { type CarryingRequest, forgetKey, isLoggedIn, isObject, readKey } from './session.js';

const key = 'two-factor-unrecorded';

/**
 * Leaves word of a verified step-up in its session until it is recorded there as a second factor, later in
 * the same request. Passport runs no transformer of infos after one that gives an info, and nothing is
 * told of it: without this word the guards would go on asking for codes. A code for a transaction is
 * never recorded, and a login's session is renewed.
 */
export function leaveUnrecorded(request: CarryingRequest, info: unknown): void {
  const { session } = request;
  const proof = proofOf(info);
  if (proof?.purpose !== 'step-up' || proof.binding !== undefined) return;
  if (!isObject(session) || !isLoggedIn(request)) return;
  const { realm, userId, at } = proof;
  Reflect.set(session, key, { realm, userId, at });
}

export function unrecordedIn(session: unknown): unknown {
  return readKey(session, key);
}

export function forgetUnrecorded(session: object): void {
  if (unrecordedIn(session) !== undefined) forgetKey(session, key);
}
