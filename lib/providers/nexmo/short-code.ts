import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Desk, faultOf } from '../http/reply.js';
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
  | { readonly kind: 'sent'; readonly messageId: string }
  | { readonly kind: 'refused'; readonly messageId: string | undefined }
  | { readonly kind: 'throttled'; readonly retryAfter: number | undefined };

const desk: Desk = {
  name: 'Nexmo',
  credentials: 'Check NEXMO_API_KEY and NEXMO_API_SECRET.',
};

// One message was asked for. The document's own sample in Node reads these at the top level: it is wrong.
const replySchema = z.object({
  messages: z.tuple([
    z.object({
      status: z.string().min(1),
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
    const reply = await this.#transport.call({
      method: 'POST',
      path: '/sc/us/2fa/json',
      // A PIN is a text: as a number it would lose its leading zeros.
      body: {
        ...parameters,
        ...this.#credentials,
        to: to.slice(1),
        pin,
        'client-ref': randomBytes(16).toString('base64url'),
      },
    });
    const { retryAfter } = reply;
    if (reply.status === 429) return { kind: 'throttled', retryAfter };
    const parsed = replySchema.safeParse(reply.body);
    if (reply.status !== 200 || !parsed.success) throw faultOf(reply, desk);
    const [{ status, 'message-id': messageId }] = parsed.data.messages;
    switch (meaningOf(status)) {
      case 'sent':
        // Its id is what a delivery receipt and a conversion name it by.
        if (messageId === undefined) throw faultOf(reply, desk);
        return { kind: 'sent', messageId };
      case 'refused':
        return { kind: 'refused', messageId };
      case 'throttled':
        return { kind: 'throttled', retryAfter };
      default:
        throw statusFault(status, messageId);
    }
  }
}
