import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  ConfigurationError,
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  type TwoFactorError,
} from '../../errors.js';
import { type Desk, faultOf, readRequestId } from '../http/reply.js';
import { type Service, Transport } from '../http/transport.js';
import type { Pieces } from '../template-parts.js';

interface ShortCodeAccount extends Pick<Service, 'baseUrl' | 'agent' | 'timeout'> {
  readonly apiKey: string;
  readonly apiSecret: string;
}

interface Message {
  /** E.164. */
  readonly to: string;
  readonly pin: string;
  readonly parameters: Pieces;
}

/** What became of a message that was handed over. */
type Handed =
  | {
      readonly kind: 'sent';
      readonly messageId: string;
      readonly requestId: string | undefined;
    }
  | { readonly kind: 'refused'; readonly requestId: string | undefined }
  | { readonly kind: 'rejected'; readonly word: string; readonly requestId: string | undefined }
  | { readonly kind: 'throttled'; readonly retryAfter: number | undefined };

const desk: Desk = {
  name: 'Nexmo',
  credentials: 'Check NEXMO_API_KEY and NEXMO_API_SECRET.',
};

/** What a reply repeats of the request, where it does. */
const repeated = z.union([z.string(), z.number().transform(String)]).optional();

// One message was asked for. The document's own sample in Node reads these at the top level: it is wrong.
const replySchema = z.object({
  messages: z.tuple([
    z.object({
      status: z.string().min(1),
      to: repeated,
      'client-ref': repeated,
      'message-id': z.string().min(1).max(200).optional().catch(undefined),
    }),
  ]),
});

/** The request of the US short code's two-factor API: it sends a PIN, and neither makes nor checks one. */
export class ShortCode {
  readonly #transport: Transport;
  readonly #credentials: { readonly api_key: string; readonly api_secret: string };

  constructor({ apiKey, apiSecret, ...reached }: ShortCodeAccount) {
    this.#transport = new Transport({ ...reached, name: desk.name, headers: {} });
    this.#credentials = { api_key: apiKey, api_secret: apiSecret };
  }

  /** Never repeated once Nexmo may have got it. */
  async send({ to, pin, parameters }: Message): Promise<Handed> {
    const number = to.slice(1);
    const clientRef = randomBytes(16).toString('base64url');
    const reply = await this.#transport.call({
      method: 'POST',
      path: '/sc/us/2fa/json',
      // A PIN is a text: as a number it would lose its leading zeros.
      body: { ...parameters, ...this.#credentials, to: number, pin, 'client-ref': clientRef },
    });
    const { retryAfter } = reply;
    if (reply.status === 429) return { kind: 'throttled', retryAfter };
    const parsed = replySchema.safeParse(reply.body);
    if (reply.status !== 200 || !parsed.success) throw faultOf(reply, desk);
    const [message] = parsed.data.messages;
    const { status, 'message-id': messageId } = message;
    if (!isSame(message.to, number) || !isSame(message['client-ref'], clientRef)) {
      throw new ProviderReplyError({
        problem: "Nexmo's reply is about another message than the one that was asked for.",
        hint: 'What became of the message is not known. Ask Nexmo, and whoever runs a proxy in between.',
      });
    }
    const requestId = readRequestId(messageId, [number, pin, ...Object.values(this.#credentials)]);
    switch (meaningOf(status)) {
      case 'sent':
        // Its id is what a delivery receipt and a conversion name it by.
        if (messageId === undefined) throw faultOf(reply, desk);
        return { kind: 'sent', messageId, requestId };
      case 'refused':
        return { kind: 'refused', requestId };
      case 'rejected':
        return { kind: 'rejected', word: status, requestId };
      case 'throttled':
        return { kind: 'throttled', retryAfter };
      default:
        throw statusFault(status, requestId);
    }
  }
}

/** What is not repeated contradicts nothing. */
function isSame(said: string | undefined, asked: string): boolean {
  return said === undefined || said.replace(/^\+/, '') === asked;
}

/** What a status of a message means (the table of the short code's document and of the SMS API). */
type Meaning =
  | 'sent'
  /** It is about this number. Nothing was sent. */
  | 'refused'
  /** It may be about the number, the message or the account. Nothing was sent. */
  | 'rejected'
  | 'throttled'
  /** It is about the account: its credentials, its rights, its credit. Nothing was sent. */
  | 'account'
  /** It is about what the app sets up. Nothing was sent. */
  | 'setup'
  /** Something broke in the middle, and the table does not say that nothing was sent. */
  | 'unknown';

interface Status {
  readonly meaning: Meaning;
  /** In words, for the operator. */
  readonly words: string;
}

const statuses: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['0', { meaning: 'sent', words: 'accepted for delivery' }],
  ['1', { meaning: 'throttled', words: 'faster than the account may send' }],
  ['2', { meaning: 'setup', words: 'a parameter is missing' }],
  // Of the number only the form is known to be right; it may be a value of "parameters" as well.
  ['3', { meaning: 'rejected', words: 'the value of a parameter is invalid' }],
  ['4', { meaning: 'account', words: 'the API key or secret is wrong or disabled' }],
  ['5', { meaning: 'unknown', words: 'an internal error' }],
  // "Unable to process this message, for example, an unrecognized number prefix."
  ['6', { meaning: 'rejected', words: 'the message could not be processed' }],
  ['7', { meaning: 'refused', words: 'the number is barred' }],
  ['8', { meaning: 'account', words: 'the account is barred' }],
  ['9', { meaning: 'account', words: 'the account has not enough credit' }],
  ['11', { meaning: 'account', words: 'the account is not enabled for this API' }],
  ['12', { meaning: 'setup', words: 'the message is too long' }],
  ['13', { meaning: 'unknown', words: 'communication failed' }],
  ['14', { meaning: 'account', words: 'the signature is wrong' }],
  ['15', { meaning: 'setup', words: 'the sender is not allowed' }],
  ['16', { meaning: 'setup', words: 'the time to live is invalid' }],
  ['19', { meaning: 'account', words: 'the account lacks a facility that was asked for' }],
  ['20', { meaning: 'setup', words: 'the message class is invalid' }],
  ['23', { meaning: 'setup', words: 'the callback is invalid or missing' }],
  [
    '29',
    { meaning: 'account', words: 'the number is not among those that a trial account may reach' },
  ],
  ['34', { meaning: 'refused', words: 'the number is invalid' }],
  ['101', { meaning: 'account', words: 'the account has no such short code campaign' }],
  ['102', { meaning: 'refused', words: 'the handset has opted out of the campaign' }],
]);

/** Undefined for a status that the table does not know. */
function meaningOf(status: string): Meaning | undefined {
  return statuses.get(status)?.meaning;
}

/** The error for a status that is neither about the number nor about the rate. */
function statusFault(status: string, requestId: string | undefined): TwoFactorError {
  const known = statuses.get(status);
  const problem = `Nexmo answered status ${status}: ${known?.words}`;
  switch (known?.meaning) {
    case 'account':
      return new ProviderCredentialsError({
        problem: `${problem}. Nothing was sent.`,
        hint: 'Check NEXMO_API_KEY and NEXMO_API_SECRET, the credit and the limits of the account, and that the short code is provisioned for it.',
        requestId,
      });
    case 'setup':
      return new ConfigurationError('option_invalid', {
        problem: `${problem}. Nothing was sent.`,
        hint: 'Compare the options "parameters" and "contentParameters" with the template of the short code.',
        requestId,
      });
    case 'unknown':
      return new ProviderOutcomeUnknownError({
        problem: `${problem}; the message may have gone out.`,
        hint: 'The request is not repeated. Let the user ask for a new code.',
        requestId,
      });
    default:
      // Without the status: what is not documented could hold anything.
      return new ProviderReplyError({
        problem: 'Nexmo answered a status that its document does not know.',
        hint: 'Ask Nexmo what became of the message.',
        requestId,
      });
  }
}
