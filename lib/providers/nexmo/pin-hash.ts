import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { StoreError } from '../../errors.js';

/** What is kept of a PIN that was sent. */
interface Sealed {
  /** Nexmo's id of the message. */
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly salt: string;
  /** The keyed hash of all of these and the PIN. */
  readonly hash: string;
}

const written = /^([\w-]{1,400})\.(\d{1,15})\.([\w-]{22})\.([\w-]{43})$/;

/**
 * Keeps a PIN without keeping it. There are only a million PINs of six digits, so a plain hash would
 * be no secret from whoever reads the store: it is keyed, with a key that is derived from the API
 * secret (HKDF, RFC 5869), and salted, so that the same PIN never looks the same twice. The hash covers
 * the message and the expiry too: neither can be exchanged.
 */
export class Seal {
  // ES private field: `util.inspect`, JSON and loggers do not see it.
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'passport-modica-2fa nexmo pin', 32));
  }

  /** The reference of a message that was sent. */
  write(messageId: string, expiresAt: number, pin: string): string {
    const salt = randomBytes(16).toString('base64url');
    const hash = this.#hash({ messageId, expiresAt, salt }, pin).toString('base64url');
    // Of an id nobody says what it looks like.
    const id = Buffer.from(messageId).toString('base64url');
    return `${id}.${expiresAt}.${salt}.${hash}`;
  }

  /** Whether it was sealed with this PIN; how long that takes tells nothing of the PIN. */
  fits(sealed: Sealed, pin: string): boolean {
    return timingSafeEqual(this.#hash(sealed, pin), Buffer.from(sealed.hash, 'base64url'));
  }

  #hash({ messageId, expiresAt, salt }: Omit<Sealed, 'hash'>, pin: string): Buffer {
    const parts = JSON.stringify([messageId, expiresAt, salt, pin]);
    return createHmac('sha256', this.#key).update(parts).digest();
  }
}

/** @throws {StoreError} for what this provider did not write. */
export function readSealed(reference: string): Sealed {
  const [, id, expiresAt, salt, hash] = written.exec(reference) ?? [];
  if (id === undefined || salt === undefined || hash === undefined) {
    throw new StoreError('store_record_unreadable', {
      problem: 'The reference of the challenge is none of the Nexmo provider.',
      hint: 'A challenge that another provider sent cannot be answered here: let the user ask for a new code.',
    });
  }
  const messageId = Buffer.from(id, 'base64url').toString();
  return { messageId, expiresAt: Number(expiresAt), salt, hash };
}
