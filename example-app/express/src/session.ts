import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import type { Settings } from './settings.js';

export function keepSession({ production, sessionSecret }: Settings, store: Store): RequestHandler {
  return session({
    store,
    secret: sessionSecret,
    resave: false,
    saveUninitialized: false,
    // Browsers accept a cookie with this prefix only from this host, and only over TLS.
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
 * Redirects without a body. express-session saves the session before it sends an empty response, but
 * after the headers of any other: the browser would follow the redirect to a page with the old session.
 */
export const redirectOnceSaved: RequestHandler = (_request, response, next) => {
  response.redirect = (...to: [url: string] | [status: number, url: string]) => {
    const [status, url] = to.length === 2 ? to : [302, ...to];
    response.status(status).location(url).end();
  };
  next();
};
