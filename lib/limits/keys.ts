import type { Purpose, Subject } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';

/**
 * Enrolling a new number counts in buckets of its own: whoever tries to enrol somebody else's number
 * must not use up what its owner may send and try.
 */
const bucketOf = (purpose: Purpose) => (purpose === 'enrol' ? 'enrolment' : 'verified');

/** The user as the counters know him: shared by all strategies of a realm, whatever their name. */
export function personKey({
  realm,
  purpose,
  userId,
}: Pick<Subject, 'realm' | 'purpose' | 'userId'>): string {
  return fingerprint(realm, bucketOf(purpose), userId);
}

/** The number as the counters know it. It is one phone, whichever realm its user is of. */
export function destinationKey({ purpose, destination }: Subject): string {
  return fingerprint(bucketOf(purpose), destination);
}

/** One user at one number, where a user has several: while enrolling. */
export function personAtDestinationKey(subject: Subject): string {
  return fingerprint(personKey(subject), subject.destination);
}
