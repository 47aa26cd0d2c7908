import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** What browsers are told about every answer. Nothing runs or loads that is not a file of ours. */
export function securityHeaders(): RequestHandler {
  return helmet({
    // With 'no-referrer' our own forms would come from the origin 'null'.
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

/** For all that depends on who asks. */
export const neverCached: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
