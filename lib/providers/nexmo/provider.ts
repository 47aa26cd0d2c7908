// Sends codes with Nexmo, and checks them locally.
import { randomInt } from 'node:crypto';
import type { z } from 'zod';
import { publish } from '../../events.js';
import { english } from '../../message/english.js';
import { parseOptions } from '../../options/parse.js';
import type { Check, Delivery, Provider } from '../provider.js';
import { type TemplateParts, templateParts } from '../template-parts.js';
import { isReachedByShortCode } from './area-codes.js';
import { ShortCode } from './client.js';
import { ConversionReporter } from './conversions.js';
import { type NexmoOptions, nexmoSchema } from './options.js';
import { PinHash, readReference } from './pin-hash.js';

/**
 * Sends codes with the US short code of Nexmo (Vonage), to numbers in the US and Canada; any other is
 * refused without a request. The API does not check codes: the PIN is generated here, stored as a keyed
 * hash with the challenge, and compared here. The PIN itself is not kept, so a resend has a new one.
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
  readonly #options: z.output<typeof nexmoSchema>;
  readonly #shortCode: ShortCode;
  readonly #pinHash: PinHash;
  readonly #reporter: ConversionReporter | undefined;

  /** @throws {ConfigurationError} `option_invalid`, for a missing, unknown or invalid option. */
  constructor(options: NexmoOptions) {
    this.#options = parseOptions(nexmoSchema, options);
    const { apiKey, apiSecret, agent, timeout } = this.#options;
    const { baseUrl, conversion, conversionBaseUrl, digits, codeLifetime } = this.#options;
    this.codePattern = new RegExp(`^[0-9]{${digits}}$`);
    this.codeLifetime = codeLifetime;
    this.timeout = timeout;
    this.#shortCode = new ShortCode({ apiKey, apiSecret, baseUrl, agent, timeout });
    this.#pinHash = new PinHash(apiSecret);
    const endpoint = { baseUrl: conversionBaseUrl, agent, timeout };
    this.#reporter = conversion
      ? new ConversionReporter({ apiKey, apiSecret }, endpoint)
      : undefined;
  }

  async send(destination: string, content?: string): Promise<Delivery> {
    if (!isReachedByShortCode(destination)) return { kind: 'number_refused' };
    const parameters = this.#parametersFor(content);
    const pin = makePin(this.#options.digits);
    const { codeLifetime } = this;
    const expiresAt = Date.now() + codeLifetime * 1000;
    const result = await this.#shortCode.send({ to: destination, pin, parameters });
    switch (result.kind) {
      case 'sent': {
        const { messageId, requestId } = result;
        const reference = this.#pinHash.write(messageId, expiresAt, pin);
        return { kind: 'sent', reference, codeLifetime, messageId, requestId };
      }
      case 'number_refused':
        return { kind: 'number_refused', requestId: result.requestId };
      case 'not_sent': {
        const { word, requestId } = result;
        publish({
          name: 'provider_status_unmapped',
          provider: this.name,
          call: 'send',
          word,
          requestId,
        });
        return { kind: 'not_sent', word, requestId };
      }
      case 'throttled':
        return { kind: 'throttled', retryAfter: result.retryAfter };
    }
  }

  /** Compares with the stored hash, without a request. The store alone, without the API secret, does not reveal the PIN. */
  async check(reference: string, code: string): Promise<Check> {
    const stored = readReference(reference);
    if (Date.now() >= stored.expiresAt) return { verdict: 'expired' };
    const matches = this.codePattern.test(code) && this.#pinHash.matches(stored, code);
    return { verdict: matches ? 'accepted' : 'rejected' };
  }

  /** Reports a conversion. Never awaited, never throws. */
  reportOutcome(reference: string, used: boolean): void {
    if (this.#reporter === undefined) return;
    try {
      this.#reporter.report(readReference(reference).messageId, used);
    } catch {
      // Not a reference of this provider's, so there is no message to report.
    }
  }

  #parametersFor(content: string | undefined): TemplateParts {
    const { parameters, contentParameters: names } = this.#options;
    if (content === undefined && names === undefined) return parameters;
    // A template of parameters has no text of its own.
    const parts = templateParts(content ?? english.message, {
      option: 'contentParameters',
      names,
      template: 'a short code template that consists of such parameters with the PIN between them',
    });
    return { ...parameters, ...parts };
  }
}

/** A string, not a number: one PIN in ten begins with a zero. */
function makePin(digits: number): string {
  return Array.from({ length: digits }, () => randomInt(10)).join('');
}
