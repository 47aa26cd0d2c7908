// Sends and checks codes with Modica.
import type { z } from 'zod';
import { compareClocks } from '../../clock-skew.js';
import { ProviderCredentialsError, ProviderReplyError } from '../../errors.js';
import { parseOptions } from '../../options/parse.js';
import type { Check, Delivery, Provider, Verdict } from '../provider.js';
import { loggable, meaningOf } from '../verdicts.js';
import {
  type CreateChallengeResult,
  credentialsOf,
  ModicaClient,
  type VerifyResponseResult,
} from './client.js';
import { type ModicaProviderOptions, modicaProviderSchema } from './options.js';

/** The API's default, in seconds. */
const defaultExpiresIn = 300;

/** The longest code lifetime that the API document allows, in seconds. */
const longestLifetime = 3600;

/**
 * Sends and checks codes with Modica's 2FA REST API, or with the same API as sold by Optus.
 *
 * @example
 * const provider = new ModicaProvider({
 *   username: process.env.MODICA_USERNAME,
 *   password: process.env.MODICA_PASSWORD,
 * });
 */
export class ModicaProvider implements Provider {
  readonly name: string;
  readonly codePattern: RegExp;
  readonly codeLifetime: number;
  readonly timeout: number;
  readonly #client: ModicaClient;
  readonly #options: z.output<typeof modicaProviderSchema>;

  /** @throws {ConfigurationError} `option_invalid`, for a missing, unknown or invalid option. */
  constructor(options: ModicaProviderOptions) {
    // Plain JavaScript may pass no options at all; the error then names the missing ones.
    this.#options = parseOptions(modicaProviderSchema, { ...options });
    const { username, password, baseUrl, agent, timeout } = this.#options;
    this.#client = new ModicaClient({ username, password, baseUrl, agent, timeout });
    this.name = this.#options.name;
    this.timeout = timeout;
    this.codePattern = this.#options.codePattern;
    this.codeLifetime = this.#options.expiresIn ?? defaultExpiresIn;
  }

  async send(destination: string, content?: string): Promise<Delivery> {
    const { mask, expiresIn } = this.#options;
    const result = await this.#client.createChallenge({ destination, content, mask, expiresIn });
    const { requestId } = result;
    switch (result.kind) {
      case 'created': {
        // A duration is correct even if the API's clock differs from ours.
        const codeLifetime = (result.expires.getTime() - result.created.getTime()) / 1000;
        compareClocks(this.name, result.created.getTime() - Date.now());
        if (codeLifetime > 0 && codeLifetime <= longestLifetime) {
          return { kind: 'sent', reference: result.id, codeLifetime, requestId };
        }
        throw new ProviderReplyError({
          problem: 'Modica created a challenge that has expired, or that lasts more than an hour.',
          hint: 'Quote the request id to Modica.',
          requestId,
        });
      }
      case 'refused':
        return this.#refusalOf(result, [destination, ...(content === undefined ? [] : [content])]);
      case 'throttled':
        return { kind: 'throttled', retryAfter: result.retryAfter, requestId };
    }
  }

  async check(reference: string, code: string): Promise<Check> {
    const result = await this.#client.verifyResponse({ challengeId: reference, code });
    return { verdict: this.#verdictOf(result, code), requestId: result.requestId };
  }

  #refusalOf(
    { error: word, requestId }: Extract<CreateChallengeResult, { kind: 'refused' }>,
    posted: readonly string[],
  ): Delivery {
    const secrets = [...credentialsOf(this.#options), ...posted];
    const reported = {
      provider: this.name,
      call: 'send',
      field: 'error',
      word,
      secrets,
      requestId,
    } as const;
    switch (meaningOf(reported, this.#options.sendErrorVerdicts)) {
      case 'number':
        return { kind: 'number_refused', requestId };
      case 'throttled':
        return { kind: 'throttled', retryAfter: undefined, requestId };
      case 'account':
        throw new ProviderCredentialsError({
          problem: `Modica refuses to send for this account ("${loggable(reported)}"); nothing was sent.`,
          hint: 'Ask Modica about the account, its sender ("mask") and its credit. The option "sendErrorVerdicts" maps the errors of such refusals.',
          requestId,
        });
      case undefined:
        return { kind: 'not_sent', word: loggable(reported), requestId };
    }
  }

  #verdictOf(result: VerifyResponseResult, code: string): Verdict {
    const { statusVerdicts, errorVerdicts, acceptedStatuses } = this.#options;
    const { requestId } = result;
    const secrets = [...credentialsOf(this.#options), code];
    const about = { provider: this.name, call: 'check', secrets, requestId } as const;
    if (result.kind === 'refused') {
      const reported = { ...about, field: 'error', word: result.error } as const;
      return meaningOf(reported, errorVerdicts) ?? 'rejected';
    }
    if (acceptedStatuses.includes(result.status)) return 'accepted';
    const reported = { ...about, field: 'status', word: result.status } as const;
    return meaningOf(reported, statusVerdicts) ?? 'rejected';
  }
}
