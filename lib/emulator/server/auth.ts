import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * HTTP Basic authentication, RFC 7617. `username:password` is compared as a whole, so a colon in
 * the password needs no care.
 */
export function hasBasicCredentials(
  header: string | undefined,
  credentials: { readonly username: string; readonly password: string },
): boolean {
  const [, token = ''] = /^basic +(\S+)$/i.exec(header ?? '') ?? [];
  return isSameSecret(
    Buffer.from(token, 'base64'),
    `${credentials.username}:${credentials.password}`,
  );
}

/** Digests are compared, so neither length nor content leaks by time. */
export function isSameSecret(given: string | Buffer, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
