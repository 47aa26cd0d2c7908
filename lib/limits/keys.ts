import { isIPv4, isIPv6 } from 'node:net';
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

/**
 * A key for one household or server: an IPv4 address, or the /64 of an IPv6 one, whose owner picks addresses
 * in it at will. Requests without a usable address share one key, so that hiding it gains nothing.
 */
export function networkKey(ip = ''): string {
  // Some proxies put the port behind the address: 203.0.113.1:4711, [2001:db8::1]:4711.
  const bare = ip.replace(/^\[(.+)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  if (isIPv4(bare)) return fingerprint(...ipv4Bytes(bare));
  if (!isIPv6(bare)) return 'unknown';
  const bytes = ipv6Bytes(bare);
  const [, from] =
    embedded.find(([prefix]) => prefix.every((byte, at) => bytes[at] === byte)) ?? [];
  return fingerprint(...(from === undefined ? bytes.slice(0, 8) : bytes.slice(from, from + 4)));
}

/**
 * Where an IPv6 address holds an IPv4 one, for which it counts: compatible and mapped (RFC 4291), NAT64
 * (RFC 6052, RFC 8215), whose /96 it ends, and 6to4 (RFC 3056).
 */
const embedded: readonly (readonly [readonly number[], number])[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 12],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 12],
  [[0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 12],
  [[0x00, 0x64, 0xff, 0x9b, 0x00, 0x01], 12],
  [[0x20, 0x02], 2],
];

const ipv4Bytes = (address: string): readonly number[] => address.split('.').map(Number);

/** Of an address that Node takes for one: with `::` for zeros, an IPv4 address at its end, a zone. */
function ipv6Bytes(address: string): readonly number[] {
  const [head = [], tail] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((part) => part.split(':').flatMap(groupBytes));
  if (tail === undefined) return head;
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** One of the parts between colons. */
function groupBytes(group: string): readonly number[] {
  if (group === '') return [];
  if (group.includes('.')) return ipv4Bytes(group);
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
