import type { Request, Response } from 'express';
import type { ChallengeInfo } from 'passport-modica-2fa';
import { wordsOf } from '../language.js';
import type { Words } from '../words/words.js';
import { csrfToken } from './forms.js';
import { type Notice, takeNotice } from './notice.js';
import { clock, secondsUntil } from './times.js';
import { type Detail, type Link, show } from './views.js';

/** What differs from one page for a code to the next. */
export interface CodeForm {
  readonly title: string;
  /** What the code approves. */
  readonly details?: readonly Detail[];
  /** Where the form goes. */
  readonly action: string;
  /** The way out. */
  readonly links: readonly Link[];
  /** A login may be the last one for a while that needs a code; nothing else can be. */
  readonly offersTrust?: boolean;
  readonly demo: boolean;
}

/** The page on which a code is entered. */
export function showCodeForm(
  request: Request,
  response: Response,
  challenge: ChallengeInfo,
  { details = [], offersTrust = false, ...form }: CodeForm,
): void {
  const { id, destination, expiresAt, resendAt, attemptsRemaining } = challenge;
  const { code } = wordsOf(request);
  show(response, 'code', {
    ...form,
    details,
    offersTrust,
    csrfToken: csrfToken(request),
    notice: takeNotice(request) ?? noticeOf(challenge, code),
    challenge: id,
    destination,
    sentTo: code[deliveryOf(challenge)],
    expired: isOver(challenge),
    overNotice: code.over,
    expiresAt: clock(expiresAt, request),
    secondsToResend: secondsUntil(resendAt),
    attempts: code.attemptsLeft(attemptsRemaining),
  });
}

/** A process that was killed while it sent left nobody to say how that ended. */
function deliveryOf({ delivery, resendAt }: ChallengeInfo): ChallengeInfo['delivery'] {
  return delivery === 'sending' && secondsUntil(resendAt) === 0 ? 'unknown' : delivery;
}

/** What there is to say of a challenge by itself. */
function noticeOf(challenge: ChallengeInfo, words: Words['code']): Notice | undefined {
  if (isOver(challenge)) return { kind: 'alert', text: words.over };
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
