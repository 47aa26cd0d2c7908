import {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { type ChallengeInfo, TwoFactorRefusal } from 'passport-modica-2fa';
import type { Authentication } from '../authentication.js';
import { neverCached } from '../headers.js';
import { onlyBy } from '../problems.js';
import { csrfToken, readForm } from './forms.js';
import { leaveNotice, type Notice, takeNotice } from './notice.js';
import { attemptsLeft, canTryAgain, explain, isAboutTheCode } from './refusals.js';
import { clock, secondsUntil, show } from './views.js';

export interface CodePageParts {
  readonly authentication: Authentication;
  readonly demo: boolean;
}

export function codePage({ authentication, demo }: CodePageParts): Router {
  const { authenticator, secondFactor } = authentication;
  const page = Router();

  page
    .route('/login/code')
    .all(neverCached)
    .get(async (request, response) => {
      const challenge = await secondFactor.pending(request);
      // A notice stays for the page that we redirect to.
      if (!challenge || challenge.attemptsRemaining === 0) response.redirect(303, '/login');
      else showForm(request, response, challenge);
    })
    .post(
      ...readForm,
      announceResend,
      // Pinned to the response: it sends an SMS only where the form asks for it by `resend`.
      authenticator.authenticate('modica-2fa', {
        phase: 'response',
        challengeRedirect: '/login/code',
        successRedirect: '/',
        failWithError: true,
      }),
      sayWhy,
    )
    .all(onlyBy('GET', 'POST'));

  function showForm(request: Request, response: Response, challenge: ChallengeInfo): void {
    const { destination, expiresAt, resendAt, attemptsRemaining } = challenge;
    show(response, 'code', {
      csrfToken: csrfToken(request),
      notice: takeNotice(request) ?? noticeOf(challenge),
      destination,
      sentTo: sentTo[deliveryOf(challenge)],
      expired: isOver(challenge),
      overNotice: over.text,
      expiresAt: clock(expiresAt),
      secondsToResend: secondsUntil(resendAt),
      attempts: attemptsLeft(attemptsRemaining),
      demo,
    });
  }

  return page;
}

const over: Notice = { kind: 'alert', text: 'This code has expired. Ask for a new one.' };
const unconfirmed: Notice = {
  kind: 'status',
  text: 'We could not confirm that the code was sent. If it does not come, ask for a new one.',
};

const sentTo = {
  sending: 'We are sending it to',
  sent: 'We sent it to',
  unknown: 'We tried to send it to',
};

/** A process that was killed while it sent left nobody to say how that ended. */
function deliveryOf({ delivery, resendAt }: ChallengeInfo): ChallengeInfo['delivery'] {
  return delivery === 'sending' && secondsUntil(resendAt) === 0 ? 'unknown' : delivery;
}

/** What there is to say of a challenge by itself. */
function noticeOf(challenge: ChallengeInfo): Notice | undefined {
  if (isOver(challenge)) return over;
  return deliveryOf(challenge) === 'unknown' ? unconfirmed : undefined;
}

function isOver({ expiresAt }: ChallengeInfo): boolean {
  return secondsUntil(expiresAt) === 0;
}

/** Said on the page to come, unless something else is to be said there. */
const announceResend: RequestHandler = (request, _response, next) => {
  if (request.body.resend) {
    leaveNotice(request, { kind: 'status', text: 'A new code is on its way.' });
  }
  next();
};

/** A redirect after every refusal: a refresh must not enter the same wrong code once more. */
const sayWhy: ErrorRequestHandler = (error, request, response, next) => {
  if (!(error instanceof TwoFactorRefusal)) {
    takeNotice(request);
    next(error);
    return;
  }
  const { info } = error;
  const field = isAboutTheCode(info) ? 'code' : undefined;
  leaveNotice(request, { kind: 'alert', text: explain(info), field });
  response.redirect(303, canTryAgain(info) ? '/login/code' : '/login');
};
