import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ProviderReplyError } from '../../errors.js';
import { type Desk, faultOf, readRequestId } from '../http/reply.js';
import { type Service, Transport } from '../http/transport.js';
import type { Pieces } from '../pieces.js';
import { meaningOf, statusFault } from './statuses.js';

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
export type Handed =
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
        cure: 'What became of the message is not known. Ask Nexmo, and whoever runs a proxy in between.',
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
