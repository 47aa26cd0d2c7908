import { StoreError } from '../../errors.js';
import { fingerprint } from '../../fingerprint.js';

/** What is kept of a PIN: its id, and since when it counts, for the API does not say when it expires. */
interface Reference {
  readonly pinId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /**
   * The fingerprint of the number that it was sent to: an answer about another one is none. Undefined in
   * what an older version wrote.
   */
  readonly sentTo: string | undefined;
}

const written = /^([\w-]{1,100})\.(\d{1,15})(?:\.([\w-]{43}))?$/;

export function writeReference({
  pinId,
  sentAt,
  sentTo,
}: Reference & { readonly sentTo: string }): string {
  return `${pinId}.${sentAt}.${sentTo}`;
}

/** @param msisdn - without its '+' */
export function numberPrint(msisdn: string): string {
  return fingerprint('infobip', msisdn);
}

/** @throws {StoreError} for what this provider did not write. */
export function readReference(reference: string): Reference {
  const [, pinId, sentAt, sentTo] = written.exec(reference) ?? [];
  if (pinId === undefined) {
    throw new StoreError('store_record_unreadable', {
      problem: 'The reference of the challenge is none of the Infobip provider.',
      hint: 'A challenge that another provider sent cannot be answered here: let the user ask for a new code.',
    });
  }
  return { pinId, sentAt: Number(sentAt), sentTo };
}
