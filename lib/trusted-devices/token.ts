// The token of a trusted device, and the cookie that contains it.
import { timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { randomId } from '../challenge/challenge.js';
import { fingerprint } from '../fingerprint.js';

/** The device's id and two secrets. `DeviceRegistry.verifyToken` describes how they rotate. */
export interface Token {
  readonly id: string;
  /** The secret of the browser's previous login. The store holds its hash until `next` is used. */
  readonly current: string;
  /** The secret that the browser's next login uses for the first time. The store does not know it yet. */
  readonly next: string;
}

/** A token for the browser. It expires with the device, in milliseconds since the epoch. */
export interface IssuedToken {
  readonly token: Token;
  readonly expiresAt: number;
}

const tokenPattern = /^([\w-]{22})\.([\w-]{22})\.([\w-]{22})$/;

/** Creates the token of a new device, or the successor of a token whose `next` becomes `current`. */
export function newToken(id = randomId(), current = randomId()): Token {
  return { id, current, next: randomId() };
}

function formatToken({ id, current, next }: Token): string {
  return `${id}.${current}.${next}`;
}

/** Returns undefined for any other form: such a cookie never causes a query. */
function parseToken(value: unknown): Token | undefined {
  const [, id, current, next] = (typeof value === 'string' && tokenPattern.exec(value)) || [];
  if (id === undefined || current === undefined || next === undefined) return undefined;
  return { id, current, next };
}

/** The stored form of a secret. SHA-256 without a salt is sufficient for 128 random bits. */
export function hashSecret(secret: string): string {
  return fingerprint(secret);
}

/** Constant-time comparison with a stored hash. */
export function matchesHash(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(hash));
}

/** Reads and sets the cookie. Scripts cannot read it (`HttpOnly`); other sites cannot send it (`SameSite`). */
export class DeviceCookie {
  constructor(
    private readonly options: {
      readonly name: string;
      readonly secure: boolean;
      readonly path: string;
    },
  ) {}

  read({ headers }: Pick<Request, 'headers'>): Token | undefined {
    // A token has no characters that are encoded, so nothing is decoded.
    const cookies = parseCookie(headers.cookie ?? '', { decode: (value) => value });
    return parseToken(cookies[this.options.name]);
  }

  /** Returns false if the response has been sent already, so the browser cannot get the cookie. */
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
