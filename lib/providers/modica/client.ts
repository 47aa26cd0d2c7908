import { z } from 'zod';
import { parseOptions } from '../../options/parse.js';
import { isDestination } from '../../phone-number.js';
import { faultOf, parseTimestamp, type Reply } from '../http/reply.js';
import { Transport } from '../http/transport.js';
import { clientSchema, contentSchema, type ModicaClientOptions, messageSchema } from './options.js';

export interface CreateChallengeRequest {
  /** E.164, for example +64211234567. */
  destination: string;
  /** Holds `%(code)s`. */
  content?: string | undefined;
  /** At most 11 characters. */
  mask?: string | undefined;
  /** Seconds, 30 to 3600. */
  expiresIn?: number | undefined;
}

export interface VerifyResponseRequest {
  challengeId: string;
  code: string;
}

/** The documented answers to `POST /challenges`, and a 429. `error` is a word of the API's own. */
export type CreateChallengeResult = { readonly requestId: string | undefined } & (
  | {
      readonly kind: 'created';
      readonly id: string;
      readonly created: Date;
      readonly expires: Date;
    }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'throttled'; readonly retryAfter: number | undefined }
);

/** The documented answers to `POST /responses`. That there is a `status` does not make it a yes. */
export type VerifyResponseResult = { readonly requestId: string | undefined } & (
  | { readonly kind: 'answered'; readonly status: string }
  | { readonly kind: 'refused'; readonly error: string }
);

const requestSchema = messageSchema.extend({
  content: contentSchema,
  destination: z.custom<string>((value) => isDestination(value), {
    error: 'must be a number in E.164 form, for example +64211234567',
  }),
});

const responseSchema = z.strictObject({
  challengeId: z.string().min(1, { error: 'must not be empty' }),
  code: z.string().min(1, { error: 'must not be empty' }),
});

const timestamp = z.string().transform((text, context) => {
  const parsed = parseTimestamp(text);
  if (parsed !== undefined) return new Date(parsed);
  context.addIssue('is not a time');
  return z.NEVER;
});

// What a reply holds beyond the document is dropped; what it lacks or misspells makes it no reply.
const createdSchema = z.object({
  id: z.string().min(1).max(200),
  created: timestamp,
  expires: timestamp,
});
const statusSchema = z.object({ status: z.string() });
const errorSchema = z.object({ error: z.string() });

/**
 * Modica's 2FA REST API v1, and nothing else: no session, no limits.
 *
 * Both calls throw {@link ConfigurationError} for input that the API document forbids (nothing is sent),
 * {@link ProviderUnavailableError}, {@link ProviderOutcomeUnknownError},
 * {@link ProviderCredentialsError} and {@link ProviderReplyError}.
 *
 * @example
 * const client = new ModicaClient({ username: 'app', password: 'secret' });
 * const challenge = await client.createChallenge({ destination: '+64211234567' });
 */
export class ModicaClient {
  /** Milliseconds that a call takes at most. */
  readonly timeout: number;
  readonly #transport: Transport;

  constructor(options: ModicaClientOptions) {
    const checked = parseOptions(clientSchema, options);
    this.timeout = checked.timeout;
    this.#transport = modicaTransport(checked);
  }

  /** Sends an SMS. Never repeated once the API may have got it. */
  async createChallenge(request: CreateChallengeRequest): Promise<CreateChallengeResult> {
    const { expiresIn, ...rest } = parseOptions(requestSchema, request);
    // The document shows seconds as a text; whether it takes a number is not said.
    const seconds = expiresIn === undefined ? {} : { expiresIn: String(expiresIn) };
    const reply = await this.#post('/challenges', { ...rest, ...seconds });
    const { requestId, retryAfter } = reply;
    if (reply.status === 201) {
      return { kind: 'created', requestId, ...read(createdSchema, reply) };
    }
    if (reply.status === 429) return { kind: 'throttled', requestId, retryAfter };
    return readRefusal(reply);
  }

  /** Asks whether a code is right. */
  async verifyResponse(request: VerifyResponseRequest): Promise<VerifyResponseResult> {
    const { challengeId, code } = parseOptions(responseSchema, request);
    const reply = await this.#post('/responses', { challenge_id: challengeId, code });
    if (reply.status === 201) {
      return { kind: 'answered', requestId: reply.requestId, ...read(statusSchema, reply) };
    }
    return readRefusal(reply);
  }

  #post(path: '/challenges' | '/responses', body: object): Promise<Reply> {
    return this.#transport.call({ method: 'POST', path, body });
  }
}

const desk = {
  name: 'Modica',
  credentials:
    'Check MODICA_USERNAME and MODICA_PASSWORD, and that the 2FA application is provisioned.',
};

function readRefusal(reply: Reply): {
  kind: 'refused';
  error: string;
  requestId: string | undefined;
} {
  if (reply.status !== 400) throw faultOf(reply, desk);
  return { kind: 'refused', requestId: reply.requestId, ...read(errorSchema, reply) };
}

function read<T>(schema: z.ZodType<T>, reply: Reply): T {
  const parsed = schema.safeParse(reply.body);
  if (!parsed.success) throw faultOf(reply, desk);
  return parsed.data;
}

/** The Basic token of an account (RFC 7617). */
export function basicToken({
  username,
  password,
}: Pick<z.output<typeof clientSchema>, 'username' | 'password'>): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

/** What is in no error and no event. */
export function credentialsOf(
  account: Pick<z.output<typeof clientSchema>, 'username' | 'password'>,
): readonly string[] {
  return [account.username, account.password, basicToken(account)];
}

/** The transport to Modica's API, as its document asks for it. */
export function modicaTransport(account: z.output<typeof clientSchema>): Transport {
  const { username, password, ...reached } = account;
  return new Transport({
    ...reached,
    name: 'Modica',
    requestIdHeader: 'x-modica-request-id',
    secrets: credentialsOf(account),
    headers: {
      authorization: `Basic ${basicToken({ username, password })}`,
      accept: 'application/vnd.modica.2fa.v1+json',
    },
  });
}
