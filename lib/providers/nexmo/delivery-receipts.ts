// Verifies Nexmo's delivery receipts, and records them for the code page.
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { parseOptions } from '../../options/parse.js';
import { isDestination } from '../../phone-number.js';
import { storeSchema } from '../../storage/configured-storage.js';
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

/** How a delivery receipt is verified. */
export interface ReceiptOptions {
  /**
   * The account's signature secret. With it, only receipts with a valid and recent signature are accepted.
   * Without it, anyone who knows the URL can forge one.
   * @default none: signatures are not checked
   */
  signatureSecret?: string | undefined;
  /**
   * The signature algorithm in the account's settings.
   * @default 'md5hash'
   */
  algorithm?: NexmoSignatureAlgorithm | undefined;
}

/** The delivery state of a message. */
export interface NexmoReceipt {
  /** The id that the message's `Delivery` has. */
  readonly messageId: string;
  /**
   * In the US, `delivered` only means that the carrier has the message: there are no handset receipts.
   * `pending` is every other state.
   */
  readonly status: 'delivered' | 'failed' | 'pending';
  /** Nexmo's own value of the status. */
  readonly word: string;
  /** The reason for a failure; undefined if Nexmo reports none. */
  readonly problem?: string | undefined;
  /** E.164. */
  readonly destination?: string | undefined;
  /** The short code that sent the message. */
  readonly sender?: string | undefined;
  /** The carrier's MCC and MNC. */
  readonly network?: string | undefined;
  readonly price?: string | undefined;
  readonly clientReference?: string | undefined;
  readonly at?: Date | undefined;
}

/** A receipt, or the reason for refusing it. */
export type ReadReceipt =
  | { readonly ok: true; readonly receipt: NexmoReceipt }
  | { readonly ok: false; readonly reason: 'not_a_receipt' | 'forged' | 'stale' };

const receiptOptionsSchema = z.strictObject({
  signatureSecret: z
    .string()
    .min(1, { error: 'must not be empty; omit it if the account does not sign' })
    .optional(),
  algorithm: algorithmSchema,
});

/** A parameter that is repeated in a query or form is parsed as a list, and is refused. */
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

/** Any other status is `pending`. */
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
  ['2', 'the subscriber is temporarily absent'],
  ['3', 'the subscriber is permanently absent'],
  ['4', 'the user has barred such messages'],
  ['5', 'the number was ported and cannot be found'],
  ['6', 'rejected as spam'],
  ['7', 'the handset is busy'],
  ['8', 'a network error'],
  ['9', 'the number is not allowed'],
  ['10', 'the message is not allowed'],
  ['11', 'there is no route'],
  ['12', 'the destination cannot be reached'],
  ['13', 'the subscriber is under age'],
  ['14', 'the carrier blocks the number'],
  ['15', 'a prepaid handset without credit'],
  ['50', 'filtered by entity'],
  ['51', 'filtered by header'],
  ['52', 'filtered by content'],
  ['53', 'filtered by consent'],
  ['54', 'a regulation error'],
  ['99', 'a general error'],
]);

/** Milliseconds by which a signed receipt's clock may differ from ours. */
const maxClockDifference = 300_000;

/**
 * Parses the parameters of a request to the webhook for delivery receipts: the query of a GET, or the form
 * or JSON of a POST.
 *
 * @throws {ConfigurationError} `option_invalid`, for an unknown or invalid option.
 */
export function readReceipt(parameters: unknown, options: ReceiptOptions = {}): ReadReceipt {
  const { signatureSecret: secret, algorithm } = parseOptions(receiptOptionsSchema, options);
  const strings = parametersSchema.safeParse(parameters);
  const read = receiptSchema.safeParse(strings.data);
  if (!strings.success || !read.success) return { ok: false, reason: 'not_a_receipt' };
  if (secret !== undefined) {
    if (!isSigned(strings.data, { secret, algorithm })) return { ok: false, reason: 'forged' };
    if (!hasRecentTimestamp(strings.data)) return { ok: false, reason: 'stale' };
  }
  return { ok: true, receipt: toReceipt(read.data) };
}

/** Prevents replays. `timestamp` is signed, in seconds since the epoch. */
function hasRecentTimestamp({ timestamp = '' }: Parameters): boolean {
  return (
    /^\d{1,12}$/.test(timestamp) &&
    Math.abs(Date.now() - Number(timestamp) * 1000) <= maxClockDifference
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
    problem: error === '0' ? undefined : (problems.get(error) ?? 'an undocumented error'),
    destination: isDestination(destination) ? destination : undefined,
    sender: read.to,
    network: read['network-code'],
    price: read.price,
    clientReference: read['client-ref'],
    at: at === undefined ? undefined : new Date(at),
  };
}

/** How delivery receipts are verified, and where they are stored. */
export interface DeliveryReceiptsOptions extends ReceiptOptions {
  /**
   * The store of the strategy.
   * @default the memory of this process, like the strategy's default
   */
  store?: Store | undefined;
}

const optionsSchema = z.object({ store: storeSchema.default(processStorage.store) });

/** Milliseconds. A receipt may arrive up to this long before the answer to the send request. */
const overtakingTime = 60_000;

/**
 * Returns the webhook for Nexmo's delivery receipts. `strategy.pending(req)` then includes the delivery
 * state of a message, for the code page to show. Mount it for GET and POST, behind parsers for forms and
 * JSON, at the URL in the account's settings. A receipt changes only what is shown.
 *
 * The webhook answers
 * - 200 to a receipt, and to anything else that is not expected: Nexmo retries other answers for three days;
 * - 503 to a receipt younger than a minute for an unknown message, which may have overtaken the answer to
 *   the send: Nexmo then retries it;
 * - 401 to a receipt with an invalid or old signature.
 *
 * @example
 * app.all('/webhooks/receipts', express.urlencoded(), express.json(), deliveryReceipts({ signatureSecret }));
 *
 * @throws {ConfigurationError} `option_invalid` at construction, for an unknown or invalid option.
 */
export function deliveryReceipts(options: DeliveryReceiptsOptions = {}): RequestHandler {
  const { store: _store, ...checks } = options;
  const { store } = parseOptions(optionsSchema, options);
  const receipts = new Receipts(store);
  // Checks the options now, not with the first receipt.
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
        // The app may have a timeout that answered while the store was slow.
        if (!response.headersSent) response.sendStatus(known || !isRecent(at) ? 200 : 503);
      })
      .catch(next);
  };
}

/**
 * Uses the receipt's own time, which a retry keeps. An unsigned time may be trusted here: a 503 neither
 * stores nor shows anything.
 */
function isRecent(at: Date | undefined): boolean {
  return at !== undefined && Math.abs(Date.now() - at.getTime()) < overtakingTime;
}

function parametersOf({ method, query, body }: Request): unknown {
  return method === 'GET' ? query : body;
}
