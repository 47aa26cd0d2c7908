// Compares credentials.
import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * HTTP Basic authentication, RFC 7617. `username:password` is compared as one string, so a colon in
 * the password needs no special treatment.
 */
export function hasBasicCredentials(
  authorization: string | undefined,
  { username, password }: { readonly username: string; readonly password: string },
): boolean {
  const [, token = ''] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? [];
  return isSameSecret(Buffer.from(token, 'base64'), `${username}:${password}`);
}

/** Compares in constant time. Digests have one length, so the secret's length does not leak either. */
export function isSameSecret(given: string | Buffer, secret: string): boolean {
  return timingSafeEqual(sha256(given), sha256(secret));
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
