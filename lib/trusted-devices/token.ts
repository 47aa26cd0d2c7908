import { timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { randomId } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';

/** What the browser of a trusted device holds: the device's id and two secrets. */
export interface Token {
  readonly id: string;
  /** The one that this browser came with before; the store has its hash until `next` is used. */
  readonly current: string;
  /** The one that is used for the first time by the next login. The store does not know it yet. */
  readonly next: string;
}

/** A token to hand out, and until when it works at most, in milliseconds since the epoch. */
export interface IssuedToken {
  readonly token: Token;
  readonly expiresAt: number;
}

const tokenForm = /^([\w-]{22})\.([\w-]{22})\.([\w-]{22})$/;

/** The token of a new device, or the successor of one whose secret `current` the store has now. */
export function newToken(id = randomId(), current = randomId()): Token {
  return { id, current, next: randomId() };
}

/** As it travels in the cookie. */
function formatToken({ id, current, next }: Token): string {
  return `${id}.${current}.${next}`;
}

/** Anything that is not of our form is nothing: it never reaches a store. */
function parseToken(value: unknown): Token | undefined {
  const [, id, current, next] = (typeof value === 'string' && tokenForm.exec(value)) || [];
  if (id === undefined || current === undefined || next === undefined) return undefined;
  return { id, current, next };
}

/** What the store keeps of a secret. It is random, so a plain SHA-256 cannot be turned back. */
export function hashSecret(secret: string): string {
  return fingerprint(secret);
}

/** Constant-time comparison with a stored hash. */
export function matchesHash(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(hash));
}

/** The cookie that holds the token. Scripts cannot read it, and no other site's page can send it. */
export class DeviceCookie {
  constructor(
    private readonly options: {
      readonly name: string;
      readonly secure: boolean;
      readonly path: string;
    },
  ) {}

  read({ headers }: Pick<Request, 'headers'>): Token | undefined {
    // A token as we write it needs no decoding: what does is not ours.
    const cookies = parseCookie(headers.cookie ?? '', { decode: (text) => text });
    return parseToken(cookies[this.options.name]);
  }

  /** False where the answer has left already, and the browser will never get it. */
  set(response: Response, { token, expiresAt }: IssuedToken): boolean {
    if (response.headersSent) return false;
    const cookie = stringifySetCookie({
      ...this.options,
      value: formatToken(token),
      maxAge: Math.ceil((expiresAt - Date.now()) / 1000),
      httpOnly: true,
      sameSite: 'strict',
    });
    response.append('Set-Cookie', cookie);
    return true;
  }
}
