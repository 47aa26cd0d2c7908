// Detects an app that verifies step-ups without recording them in the session.
import { LRUCache } from 'lru-cache';
import { isSecondFactor, type Proof, proofOf } from '../flow/proof.js';
import { isLoggedIn, type RequestWithSession, sessionIdOf } from './passport-session.js';

/**
 * Verified step-ups that are not recorded yet, by session id. Passport silently skips the transformers
 * after one that returns an info, so that guards would ask for codes again and again. This only reveals a
 * mistake of the app: an LRU in this process is enough, for sessions that have an id.
 */
const unrecorded = new LRUCache<string, Proof>({ max: 1000 });

/** Expects a second factor to be recorded later in the request, except that of a login. */
export function expectRecord(request: RequestWithSession, info: unknown): void {
  const proof = proofOf(info);
  if (!proof || proof.purpose === 'login' || !isSecondFactor(proof) || !isLoggedIn(request)) return;
  const id = sessionIdOf(request);
  if (id !== undefined) unrecorded.set(id, proof);
}

export function unrecordedIn(request: RequestWithSession): Proof | undefined {
  const id = sessionIdOf(request);
  return id === undefined ? undefined : unrecorded.get(id);
}

export function recorded(request: RequestWithSession): void {
  const id = sessionIdOf(request);
  if (id !== undefined) unrecorded.delete(id);
}

let hasWarned = false;

/**
 * Warns, once in a process, that a guard requires a step-up which has just been verified. A custom callback
 * that refuses the request on purpose looks the same from here, so the guard's answer does not change.
 */
export function warnOfUnrecorded(): void {
  if (hasWarned) return;
  hasWarned = true;
  process.emitWarning(
    'A step-up was verified in this session but not recorded, so requireSecondFactor asks for another code, and each code costs an SMS. Register passport.transformAuthInfo(recordSecondFactor) before every transformer that returns an info: Passport skips the transformers after it. In a custom callback, and in other frameworks, call recordSecondFactor(request, info). If your callback refused the request on purpose, ignore this warning.',
    { type: 'PassportModica2faWarning', code: 'SECOND_FACTOR_NOT_RECORDED' },
  );
}
