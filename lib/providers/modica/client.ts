// A client for Modica's 2FA REST API.
import { z } from 'zod';
import { nonEmptyString, parseOptions } from '../../options/parse.js';
import { basicToken } from '../http/basic-auth.js';
import {
  type ApiDescription,
  faultOf,
  parseReply,
  parseTimestamp,
  type Reply,
} from '../http/reply.js';
import { Transport } from '../http/transport.js';
import { destinationSchema } from '../options.js';
import {
  challengeOptionsSchema,
  contentSchema,
  type ModicaClientOptions,
  modicaClientSchema,
} from './options.js';

/** What `createChallenge` sends to `POST /challenges`. */
export interface CreateChallengeRequest {
  /** E.164, for example +64211234567. */
  destination: string;
  /**
   * The text, with `%(code)s` in place of the code.
   * @default the API's own text
   */
  content?: string | undefined;
  /**
   * The sender, at most 11 characters: see `ModicaOptions`.
   * @default none: a number of Modica's
   */
  mask?: string | undefined;
  /**
   * Seconds until the code expires, 30 to 3600.
   * @default not sent: 300, the API's own default
   */
  expiresIn?: number | undefined;
}

/** What `verifyResponse` sends to `POST /responses`. */
export interface VerifyResponseRequest {
  challengeId: string;
  code: string;
}

/** A documented answer to `POST /challenges`, or a 429. `error` is the API's own word. */
export type CreateChallengeResult = { readonly requestId: string | undefined } & (
  | {
      readonly kind: 'created';
      readonly id: string;
      readonly created: Date;
      readonly expires: Date;
    }
  | { readonly kind: 'refused'; readonly error: string }
  /** `retryAfter` is in seconds. */
  | { readonly kind: 'throttled'; readonly retryAfter: number | undefined }
);

/** A documented answer to `POST /responses`. A `status` alone does not mean that the code is correct. */
export type VerifyResponseResult = { readonly requestId: string | undefined } & (
  | { readonly kind: 'answered'; readonly status: string }
  | { readonly kind: 'refused'; readonly error: string }
);

const createSchema = challengeOptionsSchema.extend({
  content: contentSchema,
  destination: destinationSchema,
});

const verifySchema = z.strictObject({
  challengeId: nonEmptyString,
  code: nonEmptyString,
});

const timestamp = z.string().transform((text, context) => {
  const parsed = parseTimestamp(text);
  if (parsed !== undefined) return new Date(parsed);
  context.addIssue('is not a time');
  return z.NEVER;
});

// Undocumented attributes of a reply are dropped; a missing or malformed documented one is a fault.
const createdSchema = z.object({
  id: z.string().min(1).max(200),
  created: timestamp,
  expires: timestamp,
});
const statusSchema = z.object({ status: z.string() });
const errorSchema = z.object({ error: z.string() });

/**
 * A client for Modica's 2FA REST API v1, without sessions or limits.
 *
 * Both calls reject with a {@link ConfigurationError} for input that the API document forbids (nothing is
 * sent), or with a {@link ProviderUnavailableError}, {@link ProviderOutcomeUnknownError},
 * {@link ProviderCredentialsError}, {@link ProviderThrottledError} or {@link ProviderReplyError}.
 *
 * @example
 * const client = new ModicaClient({ username: 'app', password: 'secret' });
 * const challenge = await client.createChallenge({ destination: '+64211234567' });
 */
export class ModicaClient {
  /** Milliseconds that a call takes at most. */
  readonly timeout: number;
  readonly #transport: Transport;

  /** @throws {ConfigurationError} `option_invalid`, for a missing, unknown or invalid option. */
  constructor(options: ModicaClientOptions) {
    const account = parseOptions(modicaClientSchema, options);
    this.timeout = account.timeout;
    this.#transport = modicaTransport(account);
  }

  /** Sends an SMS with a new code. Never retried once the API may have received it. */
  async createChallenge(request: CreateChallengeRequest): Promise<CreateChallengeResult> {
    const { expiresIn, ...rest } = parseOptions(createSchema, request);
    // The document shows seconds as a string; whether the API accepts a number is not documented.
    const seconds = expiresIn === undefined ? {} : { expiresIn: String(expiresIn) };
    const body = { ...rest, ...seconds };
    const reply = await this.#transport.call({ method: 'POST', path: '/challenges', body });
    const { requestId, retryAfter } = reply;
    if (reply.status === 201) {
      return { kind: 'created', requestId, ...parseReply(createdSchema, reply, modica) };
    }
    if (reply.status === 429) return { kind: 'throttled', requestId, retryAfter };
    return readRefusal(reply);
  }

  /** Checks a code. */
  async verifyResponse(request: VerifyResponseRequest): Promise<VerifyResponseResult> {
    const { challengeId, code } = parseOptions(verifySchema, request);
    const body = { challenge_id: challengeId, code };
    const reply = await this.#transport.call({ method: 'POST', path: '/responses', body });
    if (reply.status === 201) {
      const { requestId } = reply;
      return { kind: 'answered', requestId, ...parseReply(statusSchema, reply, modica) };
    }
    return readRefusal(reply);
  }
}

const modica: ApiDescription = {
  name: 'Modica',
  credentialsHint:
    'Check MODICA_USERNAME and MODICA_PASSWORD, and that the 2FA application is provisioned.',
};

function readRefusal(reply: Reply): {
  kind: 'refused';
  error: string;
  requestId: string | undefined;
} {
  if (reply.status !== 400) throw faultOf(reply, modica);
  return { kind: 'refused', requestId: reply.requestId, ...parseReply(errorSchema, reply, modica) };
}

type Account = z.output<typeof modicaClientSchema>;
type Credentials = Pick<Account, 'username' | 'password'>;

/** Values that no error or event may contain. */
export function credentialsOf({ username, password }: Credentials): readonly string[] {
  return [username, password, basicToken(username, password)];
}

/** The transport to Modica's API, with the headers that its document specifies. */
export function modicaTransport(account: Account): Transport {
  const { username, password, ...endpoint } = account;
  return new Transport({
    ...endpoint,
    name: modica.name,
    requestIdHeader: 'x-modica-request-id',
    secrets: credentialsOf(account),
    headers: {
      authorization: `Basic ${basicToken(username, password)}`,
      accept: 'application/vnd.modica.2fa.v1+json',
    },
  });
}
