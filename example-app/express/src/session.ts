import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import type { Settings } from './settings.js';

export function keepSession(
  { production, sessionSecret }: Settings,
  store: Store | undefined,
): RequestHandler {
  return session({
    ...(store && { store }),
    secret: sessionSecret,
    resave: false,
    saveUninitialized: false,
    // With this prefix browsers take the cookie from this very host alone, and only by TLS.
    name: production ? '__Host-session' : 'session',
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: production,
      maxAge: 12 * 60 * 60 * 1000,
    },
  });
}
