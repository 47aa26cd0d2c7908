import { LRUCache } from 'lru-cache';
import { type Proof, proofOf } from '../verified.js';
import { type CarryingRequest, isLoggedIn, sessionIdOf } from './session.js';

/**
 * Verified step-ups that no session records yet, by the id of their session. Passport runs no transformer
 * of infos after one that gives an info, and reports nothing: without this the guards would go on asking
 * for codes. It only makes a mistake of the app visible, so it is kept in this process, for the newest of
 * sessions that have an id.
 */
const unrecorded = new LRUCache<string, Proof>({ max: 1000 });

/** Until it is recorded, later in the same request. A transaction never is, and a login's session is renewed. */
export function expectRecord(request: CarryingRequest, info: unknown): void {
  const proof = proofOf(info);
  if (proof?.purpose !== 'step-up' || proof.binding !== undefined || !isLoggedIn(request)) return;
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
