// Stores a PIN as a keyed hash.
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { StoreError } from '../../errors.js';

/** The stored part of a challenge. */
interface Stored {
  /** Nexmo's id of the message. */
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly salt: string;
  /** The keyed hash of all of the above and the PIN. */
  readonly hash: string;
}

const pattern = /^([\w-]{1,400})\.(\d{1,15})\.([\w-]{22})\.([\w-]{43})$/;

/**
 * Hashes a PIN for storage. There are only a million PINs of six digits, so a plain hash would reveal the
 * PIN to a reader of the store. The hash is keyed, with a key derived from the API secret (HKDF, RFC 5869),
 * and salted, so that equal PINs have different hashes. It covers the message id and the expiry too, so
 * that neither can be swapped.
 */
export class PinHash {
  // ES private: invisible to `util.inspect`, JSON and loggers.
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'passport-modica-2fa nexmo pin', 32));
  }

  /** Returns the reference of a challenge. */
  write(messageId: string, expiresAt: number, pin: string): string {
    const salt = randomBytes(16).toString('base64url');
    const hash = this.#hash({ messageId, expiresAt, salt }, pin).toString('base64url');
    // The format of message ids is not documented.
    const id = Buffer.from(messageId).toString('base64url');
    return `${id}.${expiresAt}.${salt}.${hash}`;
  }

  /** Constant-time comparison with the stored PIN hash. */
  matches(stored: Stored, pin: string): boolean {
    return timingSafeEqual(this.#hash(stored, pin), Buffer.from(stored.hash, 'base64url'));
  }

  #hash({ messageId, expiresAt, salt }: Omit<Stored, 'hash'>, pin: string): Buffer {
    const parts = JSON.stringify([messageId, expiresAt, salt, pin]);
    return createHmac('sha256', this.#key).update(parts).digest();
  }
}

/** @throws {StoreError} for a reference that this provider did not write. */
export function readReference(reference: string): Stored {
  const [, id, expiresAt, salt, hash] = pattern.exec(reference) ?? [];
  if (id === undefined || salt === undefined || hash === undefined) {
    throw new StoreError('store_record_unreadable', {
      problem: "The challenge's reference does not come from the Nexmo provider.",
      hint: 'Only the provider that sent a code can check it. Let the user request a new code.',
    });
  }
  const messageId = Buffer.from(id, 'base64url').toString();
  return { messageId, expiresAt: Number(expiresAt), salt, hash };
}
