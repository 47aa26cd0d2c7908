import type { ErrorRequestHandler, RequestHandler } from 'express';
import { TwoFactorRefusal } from 'passport-modica-2fa';
import { wordsOf } from '../language.js';
import { codePathsOf } from './code-paths.js';
import { leaveNotice, takeNotice } from './notice.js';
import { canTryAgain, explain, isAboutTheCode, type Occasion } from './refusals.js';

/** Behind the strategy that sends a code: on to the code, or back with the reason why there is none. */
export function toTheCode(occasion: Occasion): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (!(error instanceof TwoFactorRefusal)) {
      next(error);
      return;
    }
    const { asking, entering } = codePathsOf(request.path);
    if (error.code === 'challenge_sent') {
      response.redirect(303, entering);
      return;
    }
    leaveNotice(request, { kind: 'alert', text: explain(error.info, wordsOf(request), occasion) });
    response.redirect(303, asking);
  };
}

/** Said on the page to come, unless something else is to be said there. */
export const announceResend: RequestHandler = (request, _response, next) => {
  if (request.body.resend) {
    leaveNotice(request, { kind: 'status', text: wordsOf(request).code.resent });
  }
  next();
};

/**
 * Behind the strategy that checks a code. A redirect after every refusal: a refresh must not enter the
 * same wrong code once more.
 */
export function sayWhy(occasion: Occasion): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (!(error instanceof TwoFactorRefusal)) {
      takeNotice(request);
      next(error);
      return;
    }
    const { info } = error;
    const { asking, entering } = codePathsOf(request.path);
    if (info.code === 'challenge_sent') {
      response.redirect(303, entering);
      return;
    }
    const field = isAboutTheCode(info) ? 'code' : undefined;
    leaveNotice(request, { kind: 'alert', text: explain(info, wordsOf(request), occasion), field });
    response.redirect(303, canTryAgain(info) ? entering : asking);
  };
}
