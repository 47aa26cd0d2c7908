import cookieSession from 'cookie-session';
import express, { type RequestHandler } from 'express';
import { expressWith } from './express.js';
import type { Framework } from './framework.js';

/**
 * Passport since 0.6 calls `regenerate` and `save`, which cookie-session does not have (passport
 * issue 904). Not enumerable, or they would count as what the session holds. Emptied in its place: a
 * new session that stays empty is not written, and the cookie of a logout would go on to log in.
 */
const shim: RequestHandler = (req, _res, next) => {
  const regenerate = (done: () => void) => {
    for (const key of Object.keys(req.session)) Reflect.deleteProperty(req.session, key);
    done();
  };
  Object.defineProperties(req.session, {
    regenerate: { value: regenerate },
    save: { value: (done: () => void) => done() },
  });
  next();
};

export const expressCookieSession: Framework = expressWith(
  { title: 'Express 5 with cookie-session', sessions: 'in the cookie' },
  express,
  () => [cookieSession({ secret: 'of the test' }), shim],
);
