import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { parseOptions, storeSchema } from '../../options/parse.js';
import { Receipts } from '../../storage/receipts.js';
import { processStorage } from '../../storage/storage.js';
import type { Store } from '../../storage/store.js';
import { type ReceiptOptions, readReceipt } from './receipt.js';

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
