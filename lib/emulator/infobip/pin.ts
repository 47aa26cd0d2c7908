import { randomInt } from 'node:crypto';
import { infobipObserved } from './api-facts.js';
import { newId } from './applications.js';
import type { ApplicationBody, TemplateBody } from './body.js';
import { milliseconds } from './rate-limit.js';

type Configuration = ApplicationBody['configuration'];

const { pinError } = infobipObserved;

export interface PinCheck {
  readonly verified: boolean;
  readonly attemptsRemaining: number;
  readonly pinError?: (typeof pinError)[keyof typeof pinError];
}

interface SentPin {
  readonly applicationId: string;
  readonly template: TemplateBody;
  /** Digits, without '+'. */
  readonly msisdn: string;
  readonly from: string | undefined;
  readonly sentAt: number;
}

/** A PIN that was made for a phone, and what became of it. */
export class Pin {
  readonly id = newId();
  readonly sent: SentPin;
  readonly code: string;
  /** Whether its SMS was sent, which an answer of 200 does not mean. */
  isSent = false;
  verifiedAt: number | undefined;
  #wrongAttempts = 0;

  constructor(sent: SentPin) {
    this.sent = sent;
    this.code = randomCode(sent.template);
  }

  /**
   * Invented is what the words leave open: a right PIN takes no attempt, the last wrong one is still
   * called wrong, and a second verification, where only one is allowed, finds no attempts left.
   */
  verify(code: string, configuration: Configuration, now: number): PinCheck {
    const usedUp = this.verifiedAt !== undefined && !configuration.allowMultiplePinVerifications;
    const left = Math.max(0, configuration.pinAttempts - this.#wrongAttempts);
    if (usedUp || left === 0) return rejected(pinError.noMoreAttempts, 0);
    if (now >= this.sent.sentAt + milliseconds(configuration.pinTimeToLive)) {
      return rejected(pinError.expired, left);
    }
    if (code !== this.code) {
      this.#wrongAttempts += 1;
      return rejected(pinError.wrong, left - 1);
    }
    this.verifiedAt = now;
    const again = configuration.allowMultiplePinVerifications;
    return { verified: true, attemptsRemaining: again ? left : 0 };
  }
}

function rejected(error: NonNullable<PinCheck['pinError']>, attemptsRemaining: number): PinCheck {
  return { verified: false, attemptsRemaining, pinError: error };
}

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The names are documented; that letters are capitals is invented. */
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

/** A placeholder that nothing is said for stays as it is, which is invented. */
export function writeText(
  messageText: string,
  pin: string,
  placeholders: Readonly<Record<string, string>>,
): string {
  const texts = new Map([...Object.entries(placeholders), ['pin', pin]]);
  return messageText.replaceAll(/\{\{(\w+)\}\}/g, (whole, name) => texts.get(name) ?? whole);
}
