// A hash of several values, as a key.
import { hash } from 'node:crypto';

/**
 * Hashes a list of values into one key. JSON distinguishes user 1 from user '1' and prevents injected
 * separators; the hash keeps telephone numbers and user ids out of the keys of a shared store.
 */
export function fingerprint(...parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
