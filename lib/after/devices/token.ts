import { timingSafeEqual } from 'node:crypto';
import { randomId } from '../../challenge.js';
import { fingerprint } from '../../fingerprint.js';

/** What the browser of a trusted device holds: its id, and a secret that is good for one login. */
export interface Token {
  readonly id: string;
  readonly secret: string;
}

/** A token to hand out, and until when it works at most, in milliseconds since the epoch. */
export interface Grant {
  readonly token: Token;
  readonly until: number;
}

const written = /^([\w-]{22})\.([\w-]{22})$/;

/** Another secret for a device, or for a new one. */
export function newToken(id = randomId()): Token {
  return { id, secret: randomId() };
}

/** As it travels in the cookie. */
export function writeToken({ id, secret }: Token): string {
  return `${id}.${secret}`;
}

/** Anything that is not of our form is nothing: it never reaches a store. */
export function readToken(value: unknown): Token | undefined {
  const [, id, secret] = (typeof value === 'string' && written.exec(value)) || [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** What the store keeps of a secret. It is random, so a plain SHA-256 cannot be turned back. */
export function hashOf({ secret }: Token): string {
  return fingerprint(secret);
}

/** Whether the store has the hash of this secret; how long it takes tells nothing of the hash. */
export function isHashOf(token: Token, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(hash));
}
