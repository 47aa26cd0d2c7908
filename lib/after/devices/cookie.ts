import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { type Grant, readToken, type Token, writeToken } from './token.js';

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
