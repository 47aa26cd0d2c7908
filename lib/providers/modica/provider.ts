import type { z } from 'zod';
import { compareClocks } from '../../clock-skew.js';
import { ProviderCredentialsError, ProviderReplyError } from '../../errors.js';
import { parseOptions } from '../../options/parse.js';
import type { Check, Delivery, Provider, Verdict } from '../provider.js';
import { meaningOf, shown } from '../verdicts.js';
import {
  type CreateChallengeResult,
  credentialsOf,
  ModicaClient,
  type VerifyResponseResult,
} from './client.js';
import {
  clientSchema,
  type ModicaProviderOptions,
  messageSchema,
  providerNameSchema,
  verdictsSchema,
} from './options.js';

/** The API's default, in seconds, where `expiresIn` is not sent. */
const defaultExpiresIn = 300;

/** The longest validity that the document knows, in seconds. */
const longestLifetime = 3600;

/** Sends and checks codes through Modica's 2FA REST API, or the same API as sold by Optus. */
export class ModicaProvider implements Provider {
  readonly name: string;
  readonly codePattern: RegExp;
  readonly codeLifetime: number;
  readonly timeout: number;
  readonly #client: ModicaClient;
  readonly #message: z.output<typeof messageSchema>;
  readonly #credentials: readonly string[];
  readonly #words: z.output<typeof verdictsSchema>;

  /** @throws {ConfigurationError} when an option is missing, misspelt or against the API document. */
  constructor(options: ModicaProviderOptions) {
    const {
      name,
      mask,
      expiresIn,
      acceptedStatuses,
      statusVerdicts,
      errorVerdicts,
      sendErrorVerdicts,
      codePattern,
      ...client
    } =
      // In plain JavaScript options may be missing altogether: then their schema says which.
      { ...options };
    this.name = parseOptions(providerNameSchema, name);
    this.#client = new ModicaClient(client);
    this.#credentials = credentialsOf(parseOptions(clientSchema, client));
    this.timeout = this.#client.timeout;
    this.#message = parseOptions(messageSchema, { mask, expiresIn });
    this.#words = parseOptions(verdictsSchema, {
      acceptedStatuses,
      statusVerdicts,
      errorVerdicts,
      sendErrorVerdicts,
      codePattern,
    });
    this.codePattern = this.#words.codePattern;
    this.codeLifetime = this.#message.expiresIn ?? defaultExpiresIn;
  }

  async send(destination: string, content?: string): Promise<Delivery> {
    const result = await this.#client.createChallenge({ destination, content, ...this.#message });
    const { requestId } = result;
    switch (result.kind) {
      case 'created': {
        // A duration, not a point in time: it holds also where the API's clock differs from ours.
        const codeLifetime = (result.expires.getTime() - result.created.getTime()) / 1000;
        compareClocks(this.name, result.created.getTime() - Date.now());
        if (codeLifetime > 0 && codeLifetime <= longestLifetime) {
          return { kind: 'sent', reference: result.id, codeLifetime, requestId };
        }
        throw new ProviderReplyError({
          problem: 'Modica created a challenge that expires before it begins, or after an hour.',
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
    const secrets = [...this.#credentials, ...posted];
    const asked = { provider: this.name, call: 'send', field: 'error', word, secrets } as const;
    switch (meaningOf({ ...asked, requestId }, this.#words.sendErrorVerdicts)) {
      case 'number':
        return { kind: 'refused', requestId };
      case 'throttled':
        return { kind: 'throttled', retryAfter: undefined, requestId };
      case 'account':
        throw new ProviderCredentialsError({
          problem: `Modica refuses to send for this account ("${shown(asked)}"); nothing was sent.`,
          hint: 'Ask Modica what the account, its sender ("mask") or its credit lacks. The option "sendErrorVerdicts" says what its words mean.',
          requestId,
        });
      case undefined:
        return { kind: 'rejected', word: shown(asked), requestId };
    }
  }

  #verdictOf(result: VerifyResponseResult, code: string): Verdict {
    const { statusVerdicts, errorVerdicts, acceptedStatuses } = this.#words;
    const { requestId } = result;
    const secrets = [...this.#credentials, code];
    const asked = { provider: this.name, call: 'check', secrets, requestId } as const;
    if (result.kind === 'refused') {
      const said = { ...asked, field: 'error', word: result.error } as const;
      return meaningOf(said, errorVerdicts) ?? 'rejected';
    }
    if (acceptedStatuses.includes(result.status)) return 'accepted';
    const said = { ...asked, field: 'status', word: result.status } as const;
    return meaningOf(said, statusVerdicts) ?? 'rejected';
  }
}
