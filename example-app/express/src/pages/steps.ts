import type { ErrorRequestHandler, RequestHandler } from 'express';
import { TwoFactorRefusal } from 'passport-modica-2fa';
import { wordsOf } from '../language.js';
import { phonePath, recoveryCodesLeft } from '../second-factor.js';
import { codePathsOf } from './code-paths.js';
import { leaveNotice, takeNotice } from './notice.js';
import { canTryAgain, explain, fieldOf, type Occasion } from './refusals.js';

/** Runs after the strategy that sends a code: goes on to the code page, or back with the reason why not. */
export function goToCodePage(occasion: Occasion): ErrorRequestHandler {
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

/** Runs after a login. A user who has lost the phone comes to the page on which the number is replaced. */
export const goHome: RequestHandler = (request, response) => {
  const left = recoveryCodesLeft(request);
  if (left === undefined) {
    response.redirect(303, '/');
    return;
  }
  leaveNotice(request, { kind: 'status', text: wordsOf(request).recovery.used(left) });
  response.redirect(303, phonePath);
};

/** Leaves a notice for the next page, unless a refusal replaces it. */
export const announceResend: RequestHandler = (request, _response, next) => {
  const { resend } = request.body;
  if (resend) {
    const { calling, resent } = wordsOf(request).code;
    leaveNotice(request, { kind: 'status', text: resend === 'voice' ? calling : resent });
  }
  next();
};

/**
 * Runs after the strategy that checks a code. Redirects after every refusal, so that a refresh does not
 * enter the same incorrect code again.
 */
export function explainRefusal(occasion: Occasion): ErrorRequestHandler {
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
    const text = explain(info, wordsOf(request), occasion);
    leaveNotice(request, { kind: 'alert', text, field: fieldOf(info) });
    response.redirect(303, canTryAgain(info) ? entering : asking);
  };
}
