import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Headers of every response: nothing runs or loads except files of this app. */
export function securityHeaders(): RequestHandler {
  return helmet({
    // With 'no-referrer' the app's own forms would be posted with the origin 'null'.
    referrerPolicy: { policy: 'same-origin' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
  });
}

/** For every response that depends on the user. */
export const neverCached: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
