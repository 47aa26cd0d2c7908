// A client for the 2FA API of Nexmo's US short code, and the meaning of its statuses.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  ConfigurationError,
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  type TwoFactorError,
} from '../../errors.js';
import { type ApiDescription, faultOf, readRequestId } from '../http/reply.js';
import { Transport } from '../http/transport.js';
import type { Endpoint } from '../options.js';
import type { TemplateParts } from '../template-parts.js';

interface ShortCodeAccount extends Endpoint {
  readonly apiKey: string;
  readonly apiSecret: string;
}

interface PinMessage {
  /** E.164. */
  readonly to: string;
  readonly pin: string;
  readonly parameters: TemplateParts;
}

/** Nexmo's answer to a message. */
type SendResult =
  | {
      readonly kind: 'sent';
      readonly messageId: string;
      readonly requestId: string | undefined;
    }
  | { readonly kind: 'number_refused'; readonly requestId: string | undefined }
  | { readonly kind: 'not_sent'; readonly word: string; readonly requestId: string | undefined }
  | { readonly kind: 'throttled'; readonly retryAfter: number | undefined };

const nexmo: ApiDescription = {
  name: 'Nexmo',
  credentialsHint: 'Check NEXMO_API_KEY and NEXMO_API_SECRET.',
};

/** An attribute of the request that the reply may repeat. */
const echo = z.union([z.string(), z.number().transform(String)]).optional();

// A tuple of one, because one message is sent. The document's Node sample wrongly reads these at the top level.
const replySchema = z.object({
  messages: z.tuple([
    z.object({
      status: z.string().min(1),
      to: echo,
      'client-ref': echo,
      'message-id': z.string().min(1).max(200).optional().catch(undefined),
    }),
  ]),
});

/** A client for the US short code's 2FA API, which sends a PIN, but neither generates nor checks one. */
export class ShortCode {
  readonly #transport: Transport;
  readonly #credentials: { readonly api_key: string; readonly api_secret: string };

  constructor({ apiKey, apiSecret, ...endpoint }: ShortCodeAccount) {
    const secrets = [apiKey, apiSecret];
    this.#transport = new Transport({ ...endpoint, name: nexmo.name, headers: {}, secrets });
    this.#credentials = { api_key: apiKey, api_secret: apiSecret };
  }

  /** Sends an SMS. Never retried once Nexmo may have received it. */
  async send({ to, pin, parameters }: PinMessage): Promise<SendResult> {
    const number = to.slice(1);
    const clientRef = randomBytes(16).toString('base64url');
    const reply = await this.#transport.call({
      method: 'POST',
      path: '/sc/us/2fa/json',
      // The PIN is a string: as a number it would lose its leading zeros.
      body: { ...parameters, ...this.#credentials, to: number, pin, 'client-ref': clientRef },
    });
    const { retryAfter } = reply;
    if (reply.status === 429) return { kind: 'throttled', retryAfter };
    const parsed = replySchema.safeParse(reply.body);
    if (reply.status !== 200 || !parsed.success) throw faultOf(reply, nexmo);
    const [message] = parsed.data.messages;
    const { status, 'message-id': messageId } = message;
    if (contradicts(message.to, number) || contradicts(message['client-ref'], clientRef)) {
      throw new ProviderReplyError({
        problem:
          "Nexmo's reply is about another message than the request, whose outcome is unknown.",
        hint: 'It was discarded. Ask Nexmo, and the operator of any proxy in between.',
      });
    }
    const requestId = readRequestId(messageId, [number, pin, ...Object.values(this.#credentials)]);
    switch (meaningOf(status)) {
      case 'sent':
        // Delivery receipts and conversions refer to the message by this id.
        if (messageId === undefined) throw faultOf(reply, nexmo);
        return { kind: 'sent', messageId, requestId };
      case 'number_refused':
        return { kind: 'number_refused', requestId };
      case 'not_sent':
        return { kind: 'not_sent', word: status, requestId };
      case 'throttled':
        return { kind: 'throttled', retryAfter };
      default:
        throw statusFault(status, requestId);
    }
  }
}

/** Whether a reply repeats a value that differs from the request's. It may omit the value. */
function contradicts(echoed: string | undefined, sent: string): boolean {
  return echoed !== undefined && echoed.replace(/^\+/, '') !== sent;
}

/** The meaning of a message's status, according to the documents of the short code and of the SMS API. */
type Meaning =
  | 'sent'
  /** The number's fault. Nothing was sent. */
  | 'number_refused'
  /** The fault of the number, the message or the account. Nothing was sent. */
  | 'not_sent'
  | 'throttled'
  /** The account's fault: its credentials, permissions or credit. Nothing was sent. */
  | 'account'
  /** The fault of the app's options. Nothing was sent. */
  | 'configuration'
  /** Nexmo's fault, and its table does not say that nothing was sent. */
  | 'unknown';

interface Status {
  readonly meaning: Meaning;
  /** For the operator. */
  readonly description: string;
}

const statuses: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['0', { meaning: 'sent', description: 'accepted for delivery' }],
  ['1', { meaning: 'throttled', description: 'the account exceeds its sending rate' }],
  ['2', { meaning: 'configuration', description: 'a parameter is missing' }],
  // The number is only known to be in E.164 format; a value of "parameters" may be invalid as well.
  ['3', { meaning: 'not_sent', description: 'the value of a parameter is invalid' }],
  ['4', { meaning: 'account', description: 'the API key or secret is wrong or disabled' }],
  ['5', { meaning: 'unknown', description: 'an internal error' }],
  // "Unable to process this message, for example, an unrecognized number prefix."
  ['6', { meaning: 'not_sent', description: 'the message could not be processed' }],
  ['7', { meaning: 'number_refused', description: 'the number is barred' }],
  ['8', { meaning: 'account', description: 'the account is barred' }],
  ['9', { meaning: 'account', description: 'the account has insufficient credit' }],
  ['11', { meaning: 'account', description: 'the API is not enabled for the account' }],
  ['12', { meaning: 'configuration', description: 'the message is too long' }],
  ['13', { meaning: 'unknown', description: 'a communication failure' }],
  ['14', { meaning: 'account', description: 'the signature is wrong' }],
  ['15', { meaning: 'configuration', description: 'the sender is not allowed' }],
  ['16', { meaning: 'configuration', description: 'the time to live is invalid' }],
  [
    '19',
    { meaning: 'account', description: 'a requested facility is not enabled for the account' },
  ],
  ['20', { meaning: 'configuration', description: 'the message class is invalid' }],
  ['23', { meaning: 'configuration', description: 'the callback is invalid or missing' }],
  ['29', { meaning: 'account', description: 'the number is not on the list of a trial account' }],
  ['34', { meaning: 'number_refused', description: 'the number is invalid' }],
  ['101', { meaning: 'account', description: 'the account has no such short code campaign' }],
  ['102', { meaning: 'number_refused', description: 'the handset has opted out of the campaign' }],
]);

/** Undefined for a status that is not in the tables. */
function meaningOf(status: string): Meaning | undefined {
  return statuses.get(status)?.meaning;
}

/** The error for a status that is neither the number's fault nor a rate limit. */
function statusFault(status: string, requestId: string | undefined): TwoFactorError {
  const known = statuses.get(status);
  const problem = `Nexmo answered status ${status}: ${known?.description}`;
  switch (known?.meaning) {
    case 'account':
      return new ProviderCredentialsError({
        problem: `${problem}. Nothing was sent.`,
        hint: 'Check NEXMO_API_KEY and NEXMO_API_SECRET, credit and limits of the account, and that the short code is provisioned for it.',
        requestId,
      });
    case 'configuration':
      return new ConfigurationError('option_invalid', {
        problem: `${problem}. Nothing was sent.`,
        hint: 'Compare the options "parameters" and "contentParameters" with the template of the short code.',
        requestId,
      });
    case 'unknown':
      return new ProviderOutcomeUnknownError({
        problem: `${problem}; the message may have gone out.`,
        hint: 'The request is not retried. Let the user request a new code.',
        requestId,
      });
    default:
      // Without the status: an undocumented one could contain anything.
      return new ProviderReplyError({
        problem: 'Nexmo answered with a status that its API document does not describe.',
        hint: 'Ask Nexmo whether the message was sent.',
        requestId,
      });
  }
}
