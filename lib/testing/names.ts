import { randomBytes } from 'node:crypto';

// Each check has keys that nobody else has: checks may run at the same time, and on a Redis that is
// in use. Prefixes and keys are as long as the longest of the library's own, and no longer.

/** A key like those that the library makes of a hash. */
export const someKey = () => randomBytes(32).toString('base64url');

export const someStoreKey = () => `passport-modica-2fa:test:${someKey()}`;

export const somePrefix = () => `passport-modica-2fa:test-${randomBytes(9).toString('base64url')}`;

/** Keys that are one to a backend which ignores case, cuts off the end or knows wildcards. */
export function similarKeys(key: string): readonly string[] {
  return ['a', 'A', 'b', '_', '-'].map((end) => `${key.slice(0, -1)}${end}`);
}
