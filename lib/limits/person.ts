import type { Purpose, Subject } from '../challenge.js';
import { fingerprint } from '../fingerprint.js';

/**
 * Enrolling a new number counts in buckets of its own: whoever tries to enrol somebody else's number
 * must not use up what its owner may send and try.
 */
type Realm = 'verified' | 'enrolment';

const realmOf = (purpose: Purpose): Realm => (purpose === 'enrol' ? 'enrolment' : 'verified');

/** The user as the counters know him: shared by all strategies of an app, whatever their name. */
export function personKey({ purpose, userId }: Pick<Subject, 'purpose' | 'userId'>): string {
  return fingerprint(realmOf(purpose), userId);
}

/** The number as the counters know it. */
export function destinationKey({ purpose, destination }: Subject): string {
  return fingerprint(realmOf(purpose), destination);
}
