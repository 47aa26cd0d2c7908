import { timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { randomId } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';

/** What the browser of a trusted device holds: the device's id and two secrets. */
export interface Token {
  readonly id: string;
  /** The one that this browser came with before; the store has its hash until `next` is used. */
  readonly seen: string;
  /** The one that is used for the first time by the next login. The store does not know it yet. */
  readonly next: string;
}

/** A token to hand out, and until when it works at most, in milliseconds since the epoch. */
export interface Grant {
  readonly token: Token;
  readonly until: number;
}

const written = /^([\w-]{22})\.([\w-]{22})\.([\w-]{22})$/;

/** The token of a new device, or the successor of one whose secret `seen` the store has now. */
export function newToken(id = randomId(), seen = randomId()): Token {
  return { id, seen, next: randomId() };
}

/** As it travels in the cookie. */
function writeToken({ id, seen, next }: Token): string {
  return `${id}.${seen}.${next}`;
}

/** Anything that is not of our form is nothing: it never reaches a store. */
function readToken(value: unknown): Token | undefined {
  const [, id, seen, next] = (typeof value === 'string' && written.exec(value)) || [];
  if (id === undefined || seen === undefined || next === undefined) return undefined;
  return { id, seen, next };
}

/** What the store keeps of a secret. It is random, so a plain SHA-256 cannot be turned back. */
export function hashOf(secret: string): string {
  return fingerprint(secret);
}

/** Constant-time comparison with a stored hash. */
export function isHashOf(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(hash));
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
    return readToken(cookies[this.options.name]);
  }

  /** False where the answer has left already, and the browser will never get it. */
  give(response: Response, { token, until }: Grant): boolean {
    if (response.headersSent) return false;
    const cookie = stringifySetCookie({
      ...this.options,
      value: writeToken(token),
      maxAge: Math.ceil((until - Date.now()) / 1000),
      httpOnly: true,
      sameSite: 'strict',
    });
    response.append('Set-Cookie', cookie);
    return true;
  }
}
