import { LRUCache } from 'lru-cache';
import { type Proof, proofOf } from '../flow/proof.js';
import { type CarryingRequest, isLoggedIn, sessionIdOf } from './session.js';

/**
 * Verified step-ups that no session records yet, by the id of their session. Passport runs no transformer
 * of infos after one that gives an info, and reports nothing: the guards would go on asking for codes
 * without a word. It only makes a mistake of the app visible, so it is kept in this process, for the newest
 * of sessions that have an id.
 */
const unrecorded = new LRUCache<string, Proof>({ max: 1000 });

/** Until it is recorded, later in the same request. A transaction never is, and a login's session is renewed. */
export function expectRecord(request: CarryingRequest, info: unknown): void {
  const proof = proofOf(info);
  if (proof?.purpose !== 'step-up' || proof.transaction !== undefined || !isLoggedIn(request))
    return;
  const id = sessionIdOf(request);
  if (id !== undefined) unrecorded.set(id, proof);
}

export function unrecordedIn(request: CarryingRequest): Proof | undefined {
  const id = sessionIdOf(request);
  return id === undefined ? undefined : unrecorded.get(id);
}

export function recorded(request: CarryingRequest): void {
  const id = sessionIdOf(request);
  if (id !== undefined) unrecorded.delete(id);
}

let hasWarned = false;

/**
 * Warns, once, that a guard asks for a code again that was verified a moment ago. A custom callback that
 * has refused the request looks like a mistake from here, so the guard answers as it always does.
 */
export function warnOfUnrecorded(): void {
  if (hasWarned) return;
  hasWarned = true;
  process.emitWarning(
    'A step-up was verified in this session and not recorded, so requireSecondFactor asks for a code again, and each one is an SMS. Register passport.transformAuthInfo(recordSecondFactor) before every transformer that gives an info: Passport runs no other after it. In a custom callback, and in other frameworks, call recordSecondFactor(request, info). If your callback refused the request on purpose, ignore this warning.',
    { type: 'PassportModica2faWarning', code: 'SECOND_FACTOR_NOT_RECORDED' },
  );
}
