import type { Request, Response } from 'express';
import type { ChallengeInfo } from 'passport-modica-2fa';
import { csrfToken } from './forms.js';
import { type Notice, takeNotice } from './notice.js';
import { attemptsLeft } from './refusals.js';
import { clock, type Detail, type Link, secondsUntil, show } from './views.js';

/** What differs from one page for a code to the next. */
export interface CodeForm {
  readonly title: string;
  /** What the code approves. */
  readonly details?: readonly Detail[];
  /** Where the form goes. */
  readonly action: string;
  /** The way out. */
  readonly links: readonly Link[];
  readonly demo: boolean;
}

/** The page on which a code is entered. */
export function showCodeForm(
  request: Request,
  response: Response,
  challenge: ChallengeInfo,
  { details = [], ...form }: CodeForm,
): void {
  const { destination, expiresAt, resendAt, attemptsRemaining } = challenge;
  show(response, 'code', {
    ...form,
    details,
    csrfToken: csrfToken(request),
    notice: takeNotice(request) ?? noticeOf(challenge),
    destination,
    sentTo: sentTo[deliveryOf(challenge)],
    expired: isOver(challenge),
    overNotice: over.text,
    expiresAt: clock(expiresAt),
    secondsToResend: secondsUntil(resendAt),
    attempts: attemptsLeft(attemptsRemaining),
  });
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
