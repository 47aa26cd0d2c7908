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
import { type Pieces, piecesOf } from '../template-parts.js';
import { meaningOf, shown } from '../verdicts.js';
import { InfobipClient } from './client.js';
import { pinPlaceholder } from './configuration.js';
import { contradiction } from './errors.js';
import { clientSchema, type InfobipOptions, messageSchema, providerSchema } from './options.js';
import { asMsisdn, assertSameNumber, type SendPinResult } from './pins.js';

/** A PIN that is over sooner than this, in milliseconds, is not sent once more: it could not be entered. */
const worthResending = 60_000;

/** What Infobip's look-up of a number says where it is the number that is at fault. */
const unreachable = 'NC_DESTINATION_NOT_REACHABLE';
const unknown = 'NC_DESTINATION_UNKNOWN';

interface Message {
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** Seconds. */
  readonly codeLifetime: number;
}

/**
 * Sends and checks codes through Infobip's 2FA API. Infobip makes the PIN, by an application and a
 * message template that you make once, in its portal or by an `InfobipClient`. The application should
 * allow at least as many `pinAttempts` as the strategy's `attemptsPerChallenge`: a resend sends the same
 * PIN, also when Infobip takes no more attempts at it.
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
  readonly #message: z.output<typeof messageSchema>;
  readonly #credentials: readonly string[];
  readonly #settings: z.output<typeof providerSchema>;

  /** @throws {ConfigurationError} when an option is missing, misspelt or against the API document. */
  constructor(options: InfobipOptions) {
    const {
      applicationId,
      messageId,
      from,
      placeholders,
      numberLookup,
      codeLifetime,
      contentPlaceholders,
      errorVerdicts,
      codePattern,
      ...client
    } =
      // In plain JavaScript options may be missing altogether: then their schema says which.
      { ...options };
    this.#client = new InfobipClient(client);
    this.#credentials = [parseOptions(clientSchema, client).apiKey];
    const message = { applicationId, messageId, from, placeholders, numberLookup };
    this.#message = parseOptions(messageSchema, message);
    const settings = { codeLifetime, contentPlaceholders, errorVerdicts, codePattern };
    this.#settings = parseOptions(providerSchema, settings);
    this.codePattern = this.#settings.codePattern;
    this.codeLifetime = this.#settings.codeLifetime;
    // A text of the app's takes two calls: the template is read first.
    this.timeout = this.#client.timeout * (contentPlaceholders === undefined ? 1 : 2);
  }

  async send(destination: string, content?: string): Promise<Delivery> {
    const startedAt = Date.now();
    const placeholders = await this.#placeholdersFor(content);
    const request = { ...this.#message, placeholders, to: destination };
    const result = await this.#client.sendPin(request);
    return this.#deliveryOf(result, {
      destination,
      sentAt: startedAt,
      codeLifetime: this.codeLifetime,
    });
  }

  /**
   * The same PIN once more. Whether its time begins anew is not documented, so it does not; a PIN that is
   * nearly over, or over, is replaced by a new one.
   */
  async resend(reference: string, destination: string, content?: string): Promise<Delivery> {
    const { pinId, sentAt } = readReference(reference);
    const age = Date.now() - sentAt;
    const left = this.codeLifetime * 1000 - age;
    if (age < 0 || left < worthResending) return this.send(destination, content);
    const placeholders = await this.#placeholdersFor(content);
    const result = await this.#client.resendPin({ pinId, placeholders });
    if ('to' in result) assertSameNumber(result.to, destination);
    if (result.kind === 'sent' && result.pinId !== pinId) {
      throw contradiction('is about another PIN than the one that was to be sent again');
    }
    return this.#deliveryOf(result, { destination, sentAt, codeLifetime: left / 1000 });
  }

  async check(reference: string, code: string): Promise<Check> {
    const { pinId, sentTo } = readReference(reference);
    const result = await this.#client.verifyPin({ pinId, pin: code });
    // Infobip does not say how long it remembers a PIN: one that it has forgotten is over.
    if (result.kind === 'unknown_pin') return { verdict: 'expired' };
    if (result.kind === 'refused') return { verdict: this.#meaning(result.error, code) };
    const { verified, msisdn, pinError, attemptsRemaining } = result;
    if (msisdn !== undefined && sentTo !== undefined && numberPrint(msisdn) !== sentTo) {
      throw contradiction('is about another number than the one that was asked about');
    }
    const remaining = attemptsRemaining === undefined ? {} : { attemptsRemaining };
    // Seen in clients as a `pinError` that is none.
    const error = pinError === 'NO_ERROR' ? undefined : pinError;
    if (!verified) {
      return {
        verdict: error === undefined ? 'rejected' : this.#meaning(error, code),
        ...remaining,
      };
    }
    if (error !== undefined) throw contradiction('says that the PIN is right and wrong at once');
    return { verdict: 'accepted', ...remaining };
  }

  /** The values for the template, the app's text among them: it is exactly what the SMS says. */
  async #placeholdersFor(content: string | undefined): Promise<Pieces | undefined> {
    const { placeholders } = this.#message;
    const names = this.#settings.contentPlaceholders;
    if (content === undefined && names === undefined) return placeholders;
    const example = "a template like '{{before}}{{pin}}{{after}}'";
    // A template of placeholders alone has no text of its own.
    const text = content ?? english.message;
    const pieces = piecesOf(text, { option: 'contentPlaceholders', names, template: example });
    const template = Object.keys(pieces)
      .map((name) => `{{${name}}}`)
      .join(pinPlaceholder);
    if ((await this.#templateText()) !== template) {
      throw new ConfigurationError('option_invalid', {
        problem: `The template "messageId" is not '${template}', and would not say what the message has to say; nothing was sent.`,
        hint: 'Give it exactly that text, or name its placeholders in "contentPlaceholders" in their order.',
      });
    }
    return { ...placeholders, ...pieces };
  }

  /** Nothing has been sent while the template is read, so no fault here leaves anything unknown. */
  async #templateText(): Promise<string> {
    const { applicationId, messageId } = this.#message;
    try {
      return (await this.#client.getTemplate(applicationId, messageId)).messageText;
    } catch (error) {
      if (error instanceof ProviderCredentialsError || error instanceof ConfigurationError)
        throw error;
      throw new ProviderUnavailableError({
        problem: 'The message template could not be read; nothing was sent.',
        hint: 'Look at the cause: it must be read before a text of the app goes out with it.',
        cause: error,
      });
    }
  }

  #meaning(word: string, code: string): Verdict {
    const { errorVerdicts } = this.#settings;
    const asked = { provider: this.name, call: 'check', field: 'error', word } as const;
    const said = { ...asked, secrets: [...this.#credentials, code], requestId: undefined };
    return meaningOf(said, errorVerdicts) ?? 'rejected';
  }

  #deliveryOf(result: SendPinResult, { destination, sentAt, codeLifetime }: Message): Delivery {
    switch (result.kind) {
      case 'sent': {
        const { pinId } = result;
        const sentTo = numberPrint(asMsisdn(destination));
        const reference = writeReference({ pinId, sentAt, sentTo });
        return { kind: 'sent', reference, uniqueId: pinId, codeLifetime };
      }
      // By the document an SMS is held back only where the look-up says that the number cannot be reached.
      case 'not_sent': {
        const { numberStatus: word = unreachable } = result;
        if (word === unreachable || word === unknown) return { kind: 'refused' };
        return { kind: 'rejected', word: this.#unmapped(word, destination) };
      }
      case 'refused':
        return { kind: 'refused' };
      case 'throttled':
        return { kind: 'throttled', retryAfter: result.retryAfter };
      case 'unknown_pin':
        throw new ProviderReplyError({
          problem: 'Infobip does not know the PIN that was to be sent again; nothing was sent.',
          hint: 'Let the user begin anew. Look whether "baseUrl" or the account has changed if this is frequent.',
        });
    }
  }

  /** A word of a look-up that is not about the number: the operator hears of it. */
  #unmapped(word: string, destination: string): string {
    const asked = { provider: this.name, call: 'send', field: 'status', word } as const;
    const said = { ...asked, secrets: [...this.#credentials, destination], requestId: undefined };
    meaningOf(said, {});
    return shown(said);
  }
}

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

function writeReference({
  pinId,
  sentAt,
  sentTo,
}: Reference & { readonly sentTo: string }): string {
  return `${pinId}.${sentAt}.${sentTo}`;
}

/** @param msisdn - without its '+' */
function numberPrint(msisdn: string): string {
  return fingerprint('infobip', msisdn);
}

/** @throws {StoreError} for what this provider did not write. */
function readReference(reference: string): Reference {
  const [, pinId, sentAt, sentTo] = written.exec(reference) ?? [];
  if (pinId === undefined) {
    throw new StoreError('store_record_unreadable', {
      problem: 'The reference of the challenge is none of the Infobip provider.',
      hint: 'A challenge that another provider sent cannot be answered here: let the user ask for a new code.',
    });
  }
  return { pinId, sentAt: Number(sentAt), sentTo };
}
