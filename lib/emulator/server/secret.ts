import { createHash, timingSafeEqual } from 'node:crypto';

/** Digests are compared, so neither length nor content leaks by time. */
export function isSameSecret(given: string | Buffer, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
