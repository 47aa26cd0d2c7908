// One PIN: how it is generated and verified.
import { randomInt } from 'node:crypto';
import { infobipObserved } from './api-facts.js';
import { newId } from './applications.js';
import type { ApplicationBody, TemplateBody } from './body.js';
import { milliseconds } from './rate-limit.js';

const { pinError } = infobipObserved;

export interface PinCheck {
  readonly verified: boolean;
  readonly attemptsRemaining: number;
  readonly pinError?: (typeof pinError)[keyof typeof pinError];
}

interface PinRequest {
  readonly applicationId: string;
  readonly template: TemplateBody;
  /** Digits, without '+'. */
  readonly msisdn: string;
  readonly from: string | undefined;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}

/** A PIN, and whether it was sent and verified. */
export class Pin {
  readonly id = newId();
  readonly request: PinRequest;
  readonly code: string;
  /** Whether its SMS was sent or its call made. The reply to a send is 200 even if it was not. */
  isSent = false;
  /** Milliseconds since the epoch. */
  verifiedAt: number | undefined;
  #wrongAttempts = 0;

  constructor(request: PinRequest) {
    this.request = request;
    this.code = randomCode(request.template);
  }

  get isVerified(): boolean {
    return this.verifiedAt !== undefined;
  }

  /**
   * Made up, because the reference leaves it open: a correct PIN uses no attempt; the last wrong attempt is
   * still WRONG_PIN; a second verification, where only one is allowed, is NO_MORE_PIN_ATTEMPTS.
   */
  verify(code: string, configuration: ApplicationBody['configuration'], now: number): PinCheck {
    const { allowMultiplePinVerifications, pinAttempts, pinTimeToLive } = configuration;
    const left = Math.max(0, pinAttempts - this.#wrongAttempts);
    const isUsed = this.isVerified && !allowMultiplePinVerifications;
    if (isUsed || left === 0) return notVerified(pinError.noMoreAttempts, 0);
    if (now >= this.request.sentAt + milliseconds(pinTimeToLive)) {
      return notVerified(pinError.expired, left);
    }
    if (code !== this.code) {
      this.#wrongAttempts += 1;
      return notVerified(pinError.wrong, left - 1);
    }
    this.verifiedAt = now;
    return { verified: true, attemptsRemaining: allowMultiplePinVerifications ? left : 0 };
  }
}

function notVerified(
  error: NonNullable<PinCheck['pinError']>,
  attemptsRemaining: number,
): PinCheck {
  return { verified: false, attemptsRemaining, pinError: error };
}

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The names of the types are documented; upper case is made up. */
const alphabets = {
  NUMERIC: digits,
  ALPHA: letters,
  HEX: `${digits}ABCDEF`,
  ALPHANUMERIC: digits + letters,
};

function randomCode({ pinType, pinLength }: TemplateBody): string {
  const alphabet = alphabets[pinType];
  const characters = Array.from({ length: pinLength }, () =>
    alphabet.charAt(randomInt(alphabet.length)),
  );
  return characters.join('');
}
