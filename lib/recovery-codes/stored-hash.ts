// The stored form of a recovery code: a salted hash that names its parameters.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { StoreError } from '../errors.js';
import { numberOf } from './code.js';

/**
 * A look-up secret below 112 bits must be salted and hashed with a password hashing scheme, with a salt of at
 * least 32 bits, and both must be stored (NIST SP 800-63B-4, 3.1.2.2 and 3.1.1.2, which names scrypt). A cost
 * of 2^14 takes 16 MiB and some 50 ms: enough for 75 random bits, and a set of ten must be made in one request.
 */
const currentCost = 14;

/**
 * `3$scrypt$ln=14,r=8,p=1$salt$hash`: as PHC strings are written, after the code's number. Higher costs than
 * today's may be another version's; above 2^17, which takes 128 MiB, a record could stop the process.
 */
const storedPattern =
  /^(\d)\$scrypt\$ln=(1[4-7]),r=8,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

interface StoredHash {
  readonly number: string;
  readonly cost: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Hashes a code in canonical form. */
export async function hashCode(code: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(code, salt, currentCost);
  return `${numberOf(code)}$scrypt$ln=${currentCost},r=8,p=1$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Returns the stored hash of a code in canonical form; undefined if there is none. Always takes the time of at
 * least one hash, so that it does not reveal whether the user has codes, or has used this one. The records of
 * two sets that an app has mixed up are all compared.
 *
 * @throws {StoreError} `store_record_unreadable` if any record is not one of `hashCode`, or if earlier sets were
 * never deleted.
 */
export async function findHash(
  code: string,
  records: readonly string[],
): Promise<string | undefined> {
  const candidates = records
    .map((record) => ({ record, ...readRecord(record) }))
    .filter(({ number }) => number === numberOf(code));
  if (candidates.length > mostOfOneNumber) throw setsNotReplaced();
  let found: string | undefined;
  // One after another: in parallel, the records of many mixed-up sets would occupy every thread of Node's pool.
  for (const { record, salt, cost, hash } of candidates.length > 0 ? candidates : [decoy]) {
    if (timingSafeEqual(await derive(code, salt, cost), hash)) found = record;
  }
  return found;
}

/** Each costs one hash of each attempt: an app that never deletes a set would make attempts slower and slower. */
const mostOfOneNumber = 25;

/** Compared where there is no record, for the same cost. */
const decoy = {
  record: undefined,
  cost: currentCost,
  salt: randomBytes(16),
  hash: randomBytes(32),
};

function readRecord(record: string): StoredHash {
  const [, number, cost, salt = '', hash = ''] = storedPattern.exec(record) ?? [];
  if (number === undefined) throw recordUnreadable();
  return {
    number,
    cost: Number(cost),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function derive(code: string, salt: Buffer, cost: number): Promise<Buffer> {
  const N = 2 ** cost;
  // Node's default limit is 32 MiB; scrypt takes a little over 128 * N * r bytes.
  return scryptAsync(code, salt, 32, { N, r: 8, p: 1, maxmem: 256 * N * 8 });
}

// Never scryptSync, which would block every other request.
const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** PHC strings leave out the padding of base64. */
function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

function setsNotReplaced(): StoreError {
  return new StoreError('store_record_unreadable', {
    problem: `A user has more than ${mostOfOneNumber} sets of recovery codes.`,
    hint: 'Delete the hashes of the earlier set in the transaction that stores a new one.',
  });
}

function recordUnreadable(): StoreError {
  return new StoreError('store_record_unreadable', {
    problem: 'A stored hash of a recovery code is not one of generateRecoveryCodes.',
    hint: 'Return the unused strings of "hashes" as they were stored, from "recoveryCodes.hashes". They have 89 characters: look for a column that is too short.',
  });
}
