// Sends and checks codes with Infobip.
import type { z } from 'zod';
import {
  ConfigurationError,
  ProviderCredentialsError,
  ProviderReplyError,
  ProviderUnavailableError,
  StoreError,
} from '../../errors.js';
import { fingerprint } from '../../fingerprint.js';
import { english } from '../../message/english.js';
import { parseOptions } from '../../options/parse.js';
import type { Check, Delivery, Provider, Verdict } from '../provider.js';
import { type TemplateParts, templateParts } from '../template-parts.js';
import { loggable, meaningOf } from '../verdicts.js';
import { InfobipClient } from './client.js';
import { pinPlaceholder } from './configuration.js';
import { contradiction } from './errors.js';
import { type InfobipOptions, infobipSchema } from './options.js';
import { asMsisdn, assertSameNumber, type InfobipChannel, type SendPinResult } from './pins.js';

/** Milliseconds. A PIN that expires sooner is not resent: there would be no time to enter it. */
const minTimeToEnter = 60_000;

/** Results of Infobip's number lookup that say the number is at fault. */
const unreachable = 'NC_DESTINATION_NOT_REACHABLE';
const unknown = 'NC_DESTINATION_UNKNOWN';

interface SentPin {
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** Seconds. */
  readonly codeLifetime: number;
}

/**
 * Sends and checks codes with Infobip's 2FA API. Infobip generates the PIN, with an application and a
 * message template that you create once, in its portal or with an `InfobipClient`. The application should
 * allow at least as many `pinAttempts` as the strategy's `attemptsPerChallenge`: a resend sends the same
 * PIN, even after Infobip has stopped accepting attempts.
 *
 * @example
 * const provider = new InfobipProvider({
 *   apiKey: process.env.INFOBIP_API_KEY,
 *   baseUrl: process.env.INFOBIP_BASE_URL,
 *   applicationId: process.env.INFOBIP_APPLICATION_ID,
 *   messageId: process.env.INFOBIP_MESSAGE_ID,
 * });
 */
export class InfobipProvider implements Provider {
  readonly name = 'infobip';
  readonly codePattern: RegExp;
  readonly codeLifetime: number;
  readonly timeout: number;
  readonly #client: InfobipClient;
  readonly #options: z.output<typeof infobipSchema>;

  /** @throws {ConfigurationError} `option_invalid`, for a missing, unknown or invalid option. */
  constructor(options: InfobipOptions) {
    // Plain JavaScript may pass no options at all; the error then names the missing ones.
    this.#options = parseOptions(infobipSchema, { ...options });
    const { apiKey, baseUrl, agent, timeout, contentPlaceholders } = this.#options;
    this.#client = new InfobipClient({ apiKey, baseUrl, agent, timeout });
    this.codePattern = this.#options.codePattern;
    this.codeLifetime = this.#options.codeLifetime;
    // A message with content takes two calls: the template is read first.
    this.timeout = timeout * (contentPlaceholders === undefined ? 1 : 2);
  }

  async send(destination: string, content?: string): Promise<Delivery> {
    return this.#sendNew('SMS', destination, content);
  }

  /** Sends the same PIN again, or a new one if that is about to expire. */
  async resend(reference: string, destination: string, content?: string): Promise<Delivery> {
    return this.#sendAgain('SMS', reference, destination, content);
  }

  /**
   * Speaks the template in a call, in the template's language: with the PIN that was sent before, or with a new
   * one if there is none or it is about to expire.
   */
  async call(destination: string, content?: string, reference?: string): Promise<Delivery> {
    return reference === undefined
      ? this.#sendNew('VOICE', destination, content)
      : this.#sendAgain('VOICE', reference, destination, content);
  }

  async #sendNew(
    channel: InfobipChannel,
    destination: string,
    content: string | undefined,
  ): Promise<Delivery> {
    const { codeLifetime } = this;
    const { applicationId, messageId, from, numberLookup } = this.#options;
    const sentAt = Date.now();
    const placeholders = await this.#placeholdersFor(content);
    const result = await this.#client.sendPin({
      applicationId,
      messageId,
      from,
      placeholders,
      to: destination,
      channel,
      // The API looks up no number for a call.
      ...(channel === 'SMS' ? { numberLookup } : {}),
    });
    return this.#deliveryOf(result, { destination, sentAt, codeLifetime });
  }

  /** Whether a resend extends a PIN's lifetime is not documented, so it is assumed not to. */
  async #sendAgain(
    channel: InfobipChannel,
    reference: string,
    destination: string,
    content: string | undefined,
  ): Promise<Delivery> {
    const { pinId, sentAt } = readReference(reference);
    const age = Date.now() - sentAt;
    const left = this.codeLifetime * 1000 - age;
    if (age < 0 || left < minTimeToEnter) return this.#sendNew(channel, destination, content);
    const placeholders = await this.#placeholdersFor(content);
    const result = await this.#client.resendPin({ pinId, placeholders, channel });
    if ('to' in result) assertSameNumber(result.to, destination);
    if (result.kind === 'sent' && result.pinId !== pinId) {
      throw contradiction('is about another PIN than the one to resend');
    }
    return this.#deliveryOf(result, { destination, sentAt, codeLifetime: left / 1000 });
  }

  async check(reference: string, code: string): Promise<Check> {
    const { pinId, sentTo } = readReference(reference);
    const result = await this.#client.verifyPin({ pinId, pin: code });
    // How long Infobip remembers a PIN is not documented; an unknown one has expired.
    if (result.kind === 'unknown_pin') return { verdict: 'expired' };
    if (result.kind === 'refused') return { verdict: this.#meaning(result.error, code) };
    const { verified, msisdn, pinError, attemptsRemaining } = result;
    if (msisdn !== undefined && sentTo !== undefined && numberHash(msisdn) !== sentTo) {
      throw contradiction('is about another number than the challenge');
    }
    const remaining = attemptsRemaining === undefined ? {} : { attemptsRemaining };
    // Clients show this value of `pinError` in a success.
    const error = pinError === 'NO_ERROR' ? undefined : pinError;
    if (!verified) {
      return {
        verdict: error === undefined ? 'rejected' : this.#meaning(error, code),
        ...remaining,
      };
    }
    if (error !== undefined) throw contradiction('says that the PIN is both correct and wrong');
    return { verdict: 'accepted', ...remaining };
  }

  /** Values for the template, so that the SMS has exactly the app's content. */
  async #placeholdersFor(content: string | undefined): Promise<TemplateParts | undefined> {
    const { placeholders, contentPlaceholders: names } = this.#options;
    if (content === undefined && names === undefined) return placeholders;
    const example = "a template like '{{before}}{{pin}}{{after}}'";
    // A template of placeholders has no text of its own.
    const text = content ?? english.message;
    const parts = templateParts(text, { option: 'contentPlaceholders', names, template: example });
    const template = Object.keys(parts)
      .map((name) => `{{${name}}}`)
      .join(pinPlaceholder);
    if ((await this.#templateText()) !== template) {
      throw new ConfigurationError('option_invalid', {
        problem: `The text of the template "messageId" is not '${template}', so it would not show the whole message; nothing was sent.`,
        hint: 'Set its text to exactly that, or list its placeholders in "contentPlaceholders" in order.',
      });
    }
    return { ...placeholders, ...parts };
  }

  /** Nothing has been sent yet, so after a fault here the outcome is known. */
  async #templateText(): Promise<string> {
    const { applicationId, messageId } = this.#options;
    try {
      return (await this.#client.getTemplate(applicationId, messageId)).messageText;
    } catch (error) {
      if (error instanceof ProviderCredentialsError || error instanceof ConfigurationError)
        throw error;
      throw new ProviderUnavailableError({
        problem: 'The message template could not be read; nothing was sent.',
        hint: 'Check the cause: the template is read before each message with content.',
        cause: error,
      });
    }
  }

  #meaning(word: string, code: string): Verdict {
    const { apiKey, errorVerdicts } = this.#options;
    const about = { provider: this.name, call: 'check', field: 'error' } as const;
    const reported = { ...about, word, secrets: [apiKey, code], requestId: undefined };
    return meaningOf(reported, errorVerdicts) ?? 'rejected';
  }

  #deliveryOf(result: SendPinResult, { destination, sentAt, codeLifetime }: SentPin): Delivery {
    switch (result.kind) {
      case 'sent': {
        const { pinId } = result;
        const sentTo = numberHash(asMsisdn(destination));
        const reference = writeReference({ pinId, sentAt, sentTo });
        return { kind: 'sent', reference, uniqueId: pinId, codeLifetime };
      }
      // The document gives one reason not to send: a lookup that finds the number unreachable.
      case 'not_sent': {
        const { numberStatus: word = unreachable } = result;
        if (word === unreachable || word === unknown) return { kind: 'number_refused' };
        return { kind: 'not_sent', word: this.#unmapped(word, destination) };
      }
      case 'refused':
        return { kind: 'number_refused' };
      case 'throttled':
        return { kind: 'throttled', retryAfter: result.retryAfter };
      case 'unknown_pin':
        throw new ProviderReplyError({
          problem: 'Infobip does not know the PIN to resend; nothing was sent.',
          hint: 'Let the user start again. Check whether "baseUrl" or the account has changed if this is frequent.',
        });
    }
  }

  /** Publishes, for the operator, a lookup result that does not say the number is at fault. */
  #unmapped(word: string, destination: string): string {
    const about = { provider: this.name, call: 'send', field: 'status' } as const;
    const secrets = [this.#options.apiKey, destination];
    const reported = { ...about, word, secrets, requestId: undefined };
    meaningOf(reported, {});
    return loggable(reported);
  }
}

/** The stored part of a challenge. Includes the time of sending, because the API does not return the expiry. */
interface Reference {
  readonly pinId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** Hash of the number, to detect an answer about another number. Undefined if an older version wrote it. */
  readonly sentTo: string | undefined;
}

const referencePattern = /^([\w-]{1,100})\.(\d{1,15})(?:\.([\w-]{43}))?$/;

function writeReference({
  pinId,
  sentAt,
  sentTo,
}: Reference & { readonly sentTo: string }): string {
  return `${pinId}.${sentAt}.${sentTo}`;
}

/** @param msisdn - without its '+' */
function numberHash(msisdn: string): string {
  return fingerprint('infobip', msisdn);
}

/** @throws {StoreError} for a reference that this provider did not write. */
function readReference(reference: string): Reference {
  const [, pinId, sentAt, sentTo] = referencePattern.exec(reference) ?? [];
  if (pinId === undefined) {
    throw new StoreError('store_record_unreadable', {
      problem: "The challenge's reference does not come from the Infobip provider.",
      hint: 'Only the provider that sent a code can check it. Let the user request a new code.',
    });
  }
  return { pinId, sentAt: Number(sentAt), sentTo };
}
