import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { parseOptions, storeSchema } from '../../options/parse.js';
import { isDestination } from '../../phone-number.js';
import { processStorage } from '../../storage/in-memory.js';
import { Receipts } from '../../storage/receipts.js';
import type { Store } from '../../storage/storage.js';
import { parseTimestamp } from '../http/reply.js';
import {
  algorithmSchema,
  isSigned,
  type NexmoSignatureAlgorithm,
  type Parameters,
} from './signature.js';

/** How a delivery receipt is checked. */
export interface ReceiptOptions {
  /**
   * The account's signature secret, where the account signs what it sends. With it only receipts that are
   * signed and recent are believed; without it anybody who knows the URL can make one up.
   */
  signatureSecret?: string | undefined;
  /**
   * How the account signs: as its settings say.
   * @default 'md5hash'
   */
  algorithm?: NexmoSignatureAlgorithm | undefined;
}

/** What became of a message. */
export interface NexmoReceipt {
  /** By which the `Delivery` named it. */
  readonly messageId: string;
  /**
   * In the US `delivered` is an intermediate word: the carrier has it, and nobody says that the handset
   * does. `pending` is everything that is neither.
   */
  readonly status: 'delivered' | 'failed' | 'pending';
  /** Nexmo's own word for it. */
  readonly word: string;
  /** Why it failed, in words; undefined where Nexmo gives no error. */
  readonly problem?: string | undefined;
  /** E.164. */
  readonly destination?: string | undefined;
  /** The short code. */
  readonly sender?: string | undefined;
  /** MCC and MNC of the carrier. */
  readonly network?: string | undefined;
  readonly price?: string | undefined;
  readonly clientReference?: string | undefined;
  readonly at?: Date | undefined;
}

/** A receipt, or why it is none. */
export type ReadReceipt =
  | { readonly ok: true; readonly receipt: NexmoReceipt }
  | { readonly ok: false; readonly reason: 'not_a_receipt' | 'forged' | 'stale' };

const receiptOptionsSchema = z.strictObject({
  signatureSecret: z
    .string({ error: 'must be a text' })
    .min(1, { error: 'is empty; leave it out where the account does not sign' })
    .optional(),
  algorithm: algorithmSchema,
});

/** Parameters of a query or a form that come twice are a list, and no receipt. */
const parametersSchema = z.record(z.string(), z.string().max(1000));

const receiptSchema = z.object({
  messageId: z.string().min(1).max(200),
  status: z.string().min(1).max(40),
  'err-code': z.string().optional(),
  msisdn: z.string().optional(),
  to: z.string().optional(),
  'network-code': z.string().optional(),
  price: z.string().optional(),
  'client-ref': z.string().optional(),
  'message-timestamp': z.string().optional(),
});

/** Of a status that is not here nothing is concluded. */
const statuses: ReadonlyMap<string, NexmoReceipt['status']> = new Map([
  ['delivered', 'delivered'],
  ['expired', 'failed'],
  ['failed', 'failed'],
  ['rejected', 'failed'],
  ['accepted', 'pending'],
  ['buffered', 'pending'],
  ['unknown', 'pending'],
]);

const problems: ReadonlyMap<string, string> = new Map([
  ['1', 'unknown'],
  ['2', 'the subscriber is absent for now'],
  ['3', 'the subscriber is absent for good'],
  ['4', 'the user bars such messages'],
  ['5', 'the number was ported and cannot be found'],
  ['6', 'taken for spam'],
  ['7', 'the handset is busy'],
  ['8', 'a network error'],
  ['9', 'the number is not allowed'],
  ['10', 'the message is not allowed'],
  ['11', 'there is no route'],
  ['12', 'the destination cannot be reached'],
  ['13', 'the age of the subscriber forbids it'],
  ['14', 'the carrier blocks the number'],
  ['15', 'a prepaid handset without credit'],
  ['50', 'filtered by entity'],
  ['51', 'filtered by header'],
  ['52', 'filtered by content'],
  ['53', 'filtered by consent'],
  ['54', 'a regulation error'],
  ['99', 'a general error'],
]);

/** How old a signed receipt may be, and how far ahead its clock, in milliseconds. */
const longestAge = 300_000;

/**
 * Reads the parameters of a request to the webhook for delivery receipts: the query of a GET, the form or
 * JSON of a POST.
 *
 * @throws {ConfigurationError} for options that cannot be meant.
 */
export function readReceipt(parameters: unknown, options: ReceiptOptions = {}): ReadReceipt {
  const { signatureSecret: secret, algorithm } = parseOptions(receiptOptionsSchema, options);
  const texts = parametersSchema.safeParse(parameters);
  const read = receiptSchema.safeParse(texts.data);
  if (!texts.success || !read.success) return { ok: false, reason: 'not_a_receipt' };
  if (secret !== undefined) {
    if (!isSigned(texts.data, { secret, algorithm })) return { ok: false, reason: 'forged' };
    if (!isSignedRecently(texts.data)) return { ok: false, reason: 'stale' };
  }
  return { ok: true, receipt: toReceipt(read.data) };
}

/** `timestamp` is in seconds since the epoch, and is signed. What is replayed later must not count. */
function isSignedRecently({ timestamp = '' }: Parameters): boolean {
  return (
    /^\d{1,12}$/.test(timestamp) && Math.abs(Date.now() - Number(timestamp) * 1000) <= longestAge
  );
}

function toReceipt(read: z.output<typeof receiptSchema>): NexmoReceipt {
  const { messageId, status: word, 'err-code': error = '0' } = read;
  const destination = `+${read.msisdn ?? ''}`;
  const at = parseTimestamp(read['message-timestamp'] ?? '');
  return {
    messageId,
    status: statuses.get(word) ?? 'pending',
    word,
    problem: error === '0' ? undefined : (problems.get(error) ?? 'an error that is not documented'),
    destination: isDestination(destination) ? destination : undefined,
    sender: read.to,
    network: read['network-code'],
    price: read.price,
    clientReference: read['client-ref'],
    at: at === undefined ? undefined : new Date(at),
  };
}

/** How delivery receipts are checked, and where they are kept. */
export interface DeliveryReceiptsOptions extends ReceiptOptions {
  /**
   * The strategy's own.
   * @default this process's memory, as the strategy's
   */
  store?: Store | undefined;
}

const optionsSchema = z.object({ store: storeSchema.default(processStorage.store) });

/** For as long a receipt may be earlier than the end of the send that it is about, in milliseconds. */
const overtaking = 60_000;

/**
 * The webhook for Nexmo's delivery receipts: what became of a message is then told by
 * `strategy.pending(req)`, for the code page to say that it did not arrive. Mount it for GET and POST,
 * behind a parser of forms and JSON, at the URL that the account has for receipts.
 *
 * It answers 200 once a receipt is understood, or nobody waits for it, because anything else is sent again
 * for three days; 503 to one that is younger than a minute and whose message is not known, because it may
 * have overtaken the answer to the send, and comes again so; 401 when the signature is not right or is old;
 * and it changes nothing but what is shown.
 *
 * @example
 * app.all('/webhooks/receipts', express.urlencoded(), express.json(), deliveryReceipts({ signatureSecret }));
 *
 * @throws {ConfigurationError} `option_invalid` where it is made.
 */
export function deliveryReceipts(options: DeliveryReceiptsOptions = {}): RequestHandler {
  const { store: _store, ...checks } = options;
  const { store } = parseOptions(optionsSchema, options);
  const receipts = new Receipts(store);
  // Reads nothing; what is wrong with the options is told now and not by the first receipt.
  readReceipt({}, checks);
  return (request, response, next) => {
    const read = readReceipt(parametersOf(request), checks);
    if (!read.ok) {
      response.sendStatus(read.reason === 'not_a_receipt' ? 200 : 401);
      return;
    }
    const { messageId, status, problem, at } = read.receipt;
    receipts
      .record(messageId, { state: status, ...(problem === undefined ? {} : { problem }) })
      .then((known) => {
        // A timeout of the app's may have answered while the store was slow.
        if (!response.headersSent) response.sendStatus(known || !isRecent(at) ? 200 : 503);
      })
      .catch(next);
  };
}

/**
 * By its own time, which a repeat keeps. Also of a receipt that is not signed: a 503 writes nothing and
 * shows nothing.
 */
function isRecent(at: Date | undefined): boolean {
  return at !== undefined && Math.abs(Date.now() - at.getTime()) < overtaking;
}

function parametersOf({ method, query, body }: Request): unknown {
  return method === 'GET' ? query : body;
}
