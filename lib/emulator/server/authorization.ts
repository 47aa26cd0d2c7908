import { createHash, timingSafeEqual } from 'node:crypto';

function digest(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/**
 * HTTP Basic authentication, RFC 7617. `username:password` is compared as a whole, so a colon in
 * the password needs no care; digests are compared, so neither length nor content leaks by time.
 */
export function isAuthorized(
  header: string | undefined,
  credentials: { readonly username: string; readonly password: string },
): boolean {
  const [, token = ''] = /^basic +(\S+)$/i.exec(header ?? '') ?? [];
  return timingSafeEqual(
    digest(Buffer.from(token, 'base64')),
    digest(`${credentials.username}:${credentials.password}`),
  );
}
