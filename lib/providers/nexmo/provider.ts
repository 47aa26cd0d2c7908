import { randomInt } from 'node:crypto';
import { publish } from '../../events.js';
import { english } from '../../message/english.js';
import { parseOptions } from '../../options/parse.js';
import type { Check, Delivery, Provider } from '../provider.js';
import { type Pieces, piecesOf } from '../template-parts.js';
import { isReachedByShortCode } from './area-codes.js';
import { ShortCode } from './client.js';
import { Conversions } from './conversions.js';
import { type NexmoOptions, optionsSchema } from './options.js';
import { readSealed, Seal } from './pin-hash.js';

/**
 * Sends codes by Nexmo's (Vonage's) US short code, to numbers of the US and Canada; any other is refused
 * without a request. That API has nothing that checks a code: the PIN is made here, kept as a keyed hash
 * with the challenge, and compared here. It cannot be sent twice, for nobody has it any more: whoever asks
 * again gets a new one.
 *
 * @example
 * const provider = new NexmoProvider({
 *   apiKey: process.env.NEXMO_API_KEY,
 *   apiSecret: process.env.NEXMO_API_SECRET,
 * });
 */
export class NexmoProvider implements Provider {
  readonly name = 'nexmo';
  readonly codePattern: RegExp;
  readonly codeLifetime: number;
  readonly timeout: number;
  readonly #digits: number;
  readonly #parameters: Pieces;
  readonly #contentParameters: readonly string[] | undefined;
  readonly #shortCode: ShortCode;
  readonly #seal: Seal;
  readonly #conversions: Conversions | undefined;

  /** @throws {ConfigurationError} when an option is missing, misspelt or against the API document. */
  constructor(options: NexmoOptions) {
    const checked = parseOptions(optionsSchema, options);
    const { apiKey, apiSecret, baseUrl, conversion, conversionBaseUrl, agent, timeout } = checked;
    this.codePattern = new RegExp(`^[0-9]{${checked.digits}}$`);
    this.codeLifetime = checked.codeLifetime;
    this.timeout = timeout;
    this.#digits = checked.digits;
    this.#parameters = checked.parameters ?? {};
    this.#contentParameters = checked.contentParameters;
    this.#shortCode = new ShortCode({ apiKey, apiSecret, baseUrl, agent, timeout });
    this.#seal = new Seal(apiSecret);
    const reached = { baseUrl: conversionBaseUrl, agent, timeout };
    this.#conversions = conversion ? new Conversions({ apiKey, apiSecret }, reached) : undefined;
  }

  async send(destination: string, content?: string): Promise<Delivery> {
    if (!isReachedByShortCode(destination)) return { kind: 'refused' };
    const parameters = this.#parametersFor(content);
    const pin = makePin(this.#digits);
    const expiresAt = Date.now() + this.codeLifetime * 1000;
    const handed = await this.#shortCode.send({ to: destination, pin, parameters });
    switch (handed.kind) {
      case 'sent': {
        const { messageId, requestId } = handed;
        const reference = this.#seal.write(messageId, expiresAt, pin);
        const delivery = {
          kind: 'sent',
          reference,
          codeLifetime: this.codeLifetime,
          messageId,
        } as const;
        return { ...delivery, requestId };
      }
      case 'refused':
        return { kind: 'refused', requestId: handed.requestId };
      case 'rejected': {
        const { word, requestId } = handed;
        publish({
          name: 'provider_status_unmapped',
          provider: this.name,
          call: 'send',
          word,
          requestId,
        });
        return { kind: 'rejected', word, requestId };
      }
      case 'throttled':
        return { kind: 'throttled', retryAfter: handed.retryAfter };
    }
  }

  /** Asks nobody: whoever holds the store and not the API secret cannot find the PIN, and this can. */
  async check(reference: string, code: string): Promise<Check> {
    const sealed = readSealed(reference);
    if (Date.now() >= sealed.expiresAt) return { verdict: 'expired' };
    const right = this.codePattern.test(code) && this.#seal.fits(sealed, code);
    return { verdict: right ? 'accepted' : 'rejected' };
  }

  /** Tells Nexmo whether the code came back. Never awaited, never throws. */
  reportOutcome(reference: string, used: boolean): void {
    if (this.#conversions === undefined) return;
    try {
      this.#conversions.tell(readSealed(reference).messageId, used);
    } catch {
      // Not one of ours: there is nothing to tell of it.
    }
  }

  #parametersFor(content: string | undefined): Pieces {
    const names = this.#contentParameters;
    if (content === undefined && names === undefined) return this.#parameters;
    // A template of parameters alone has no text of its own.
    const pieces = piecesOf(content ?? english.message, {
      option: 'contentParameters',
      names,
      template:
        "a template of the short code's that is nothing but such parameters and the PIN between them",
    });
    return { ...this.#parameters, ...pieces };
  }
}

/** A text and no number: one in ten begins with a zero. */
function makePin(digits: number): string {
  return Array.from({ length: digits }, () => randomInt(10)).join('');
}
