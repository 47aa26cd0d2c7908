import type { Request, Response } from 'express';
import type { ChallengeInfo } from 'passport-modica-2fa';
import { wordsOf } from '../language.js';
import type { Words } from '../words/words.js';
import { csrfToken } from './forms.js';
import { type Notice, takeNotice } from './notice.js';
import { clock, secondsUntil } from './times.js';
import { type Detail, type Link, show } from './views.js';

/** What differs between the pages on which codes are entered. */
export interface CodeForm {
  readonly title: string;
  /** What the code approves. */
  readonly details?: readonly Detail[];
  /** The form's action. */
  readonly action: string;
  /** Links below the form. */
  readonly links: readonly Link[];
  /** Only a login can trust the device. */
  readonly offersTrust?: boolean;
  /** A recovery code confirms a login and its user, but no payment and no number. */
  readonly offersRecovery?: boolean;
  readonly demo: boolean;
}

/** The page on which a code is entered. */
export function showCodeForm(
  request: Request,
  response: Response,
  challenge: ChallengeInfo,
  { details = [], offersTrust = false, offersRecovery = false, ...form }: CodeForm,
): void {
  const { id, destination, callAvailable, expiresAt, resendAt, attemptsRemaining } = challenge;
  const { code } = wordsOf(request);
  const notice = takeNotice(request) ?? noticeOf(challenge, code);
  show(response, 'code', {
    ...form,
    details,
    offersTrust,
    offersRecovery,
    csrfToken: csrfToken(request),
    notice,
    challenge: id,
    destination,
    callAvailable,
    sentTo: code[howSent(challenge)],
    expired: isOver(challenge),
    expiresAt: clock(expiresAt, request),
    secondsToResend: secondsUntil(resendAt),
    attempts: code.attemptsLeft(attemptsRemaining),
  });
}

/** A process that was killed while sending leaves the challenge in 'sending'. */
function deliveryOf({ delivery, resendAt }: ChallengeInfo): ChallengeInfo['delivery'] {
  return delivery === 'sending' && secondsUntil(resendAt) === 0 ? 'unknown' : delivery;
}

function howSent(challenge: ChallengeInfo): ChallengeInfo['delivery'] | 'called' {
  const delivery = deliveryOf(challenge);
  return delivery === 'sent' && challenge.channel === 'call' ? 'called' : delivery;
}

/** What the state of the challenge itself says. */
function noticeOf(challenge: ChallengeInfo, words: Words['code']): Notice | undefined {
  if (isOver(challenge)) return { kind: 'alert', text: words.expired };
  switch (deliveryOf(challenge)) {
    case 'unknown':
      return { kind: 'status', text: words.unconfirmed };
    case 'undelivered':
      return { kind: 'alert', text: words.notDelivered };
    default:
      return undefined;
  }
}

function isOver({ expiresAt }: ChallengeInfo): boolean {
  return secondsUntil(expiresAt) === 0;
}
