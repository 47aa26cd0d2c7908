import { hash } from 'node:crypto';

/**
 * One key for a list of values. JSON keeps user 1 and user '1' apart and no value can smuggle in a
 * separator; the hash keeps telephone numbers and user ids out of the key space of a shared store.
 */
export function fingerprint(...parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
