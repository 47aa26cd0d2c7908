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

/**
 * A redirect without a body. express-session saves before the headers of an empty answer, and after
 * those of any other: a browser would follow them to a page that does not know yet what has changed.
 */
export const redirectOnceSaved: RequestHandler = (_request, response, next) => {
  response.redirect = (...to: [url: string] | [status: number, url: string]) => {
    const [status, url] = to.length === 2 ? to : [302, ...to];
    response.status(status).location(url).end();
  };
  next();
};
