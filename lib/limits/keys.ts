// The keys of users, numbers and networks in counters, and the prefix of all keys.
import { isIPv4, isIPv6 } from 'node:net';
import type { Purpose, Subject } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';

/** Begins every key of a record or counter, so that an app can keep its own keys in the same storage. */
export const keyPrefix = 'passport-modica-2fa:';

/** Enrolment is counted apart: a user who tries to enrol a number must not use up the limits of its owner. */
const bucketOf = (purpose: Purpose) => (purpose === 'enrol' ? 'enrolment' : 'verified');

/** The key of a user: the same for all strategies of a realm. */
export function userCounterKey({
  realm,
  purpose,
  userId,
}: Pick<Subject, 'realm' | 'purpose' | 'userId'>): string {
  return fingerprint(realm, bucketOf(purpose), userId);
}

/** The key of a number: the same for all realms, because it is one phone. */
export function destinationKey({ purpose, destination }: Subject): string {
  return fingerprint(bucketOf(purpose), destination);
}

/** The key of a user at one number: while enrolling, a user may try several. */
export function userAtDestinationKey(subject: Subject): string {
  return fingerprint(userCounterKey(subject), subject.destination);
}

/**
 * The key of a client's network: an IPv4 address, or the /64 of an IPv6 address, within which its owner can
 * choose any address. Requests without a valid address share one key, so that hiding it gains nothing.
 */
export function networkKey(ip = ''): string {
  // Some proxies append the port: 203.0.113.1:4711, [2001:db8::1]:4711.
  const bare = ip.replace(/^\[(.+)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  if (isIPv4(bare)) return fingerprint(...ipv4Bytes(bare));
  if (!isIPv6(bare)) return 'unknown';
  const bytes = ipv6Bytes(bare);
  const [, from] =
    embedded.find(([prefix]) => prefix.every((byte, at) => bytes[at] === byte)) ?? [];
  return fingerprint(...(from === undefined ? bytes.slice(0, 8) : bytes.slice(from, from + 4)));
}

/**
 * IPv6 prefixes with an embedded IPv4 address, and its position: IPv4-compatible and IPv4-mapped (RFC 4291),
 * NAT64 (RFC 6052, RFC 8215), and 6to4 (RFC 3056).
 */
const embedded: readonly (readonly [readonly number[], number])[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 12],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 12],
  [[0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 12],
  [[0x00, 0x64, 0xff, 0x9b, 0x00, 0x01], 12],
  [[0x20, 0x02], 2],
];

const ipv4Bytes = (address: string): readonly number[] => address.split('.').map(Number);

/** Expects any address that `isIPv6` accepts: with `::`, an IPv4 address at the end, a zone. */
function ipv6Bytes(address: string): readonly number[] {
  const [head = [], tail] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((part) => part.split(':').flatMap(groupBytes));
  if (tail === undefined) return head;
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

function groupBytes(group: string): readonly number[] {
  if (group === '') return [];
  if (group.includes('.')) return ipv4Bytes(group);
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
