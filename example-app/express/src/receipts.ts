import express, { Router } from 'express';
import type { Store } from 'passport-modica-2fa';
import { deliveryReceipts } from 'passport-modica-2fa/nexmo';
import { answerInJson, notFound, onlyBy } from './problems.js';

export const receiptsPath = '/webhooks/receipts';

/**
 * Nexmo's webhook for delivery receipts, which the code page shows. A receipt comes without a session or
 * a CSRF token: its signature authenticates it, where the account signs.
 */
export function receiptsWebhook(store: Store, signatureSecret: string | undefined): Router {
  const webhooks = Router();

  webhooks
    .route(receiptsPath)
    .all(
      express.urlencoded({ extended: false, limit: '10kb', parameterLimit: 50 }),
      express.json({ limit: '10kb' }),
    )
    .get(deliveryReceipts({ store, signatureSecret }))
    .post(deliveryReceipts({ store, signatureSecret }))
    .all(onlyBy('GET', 'POST'));

  webhooks.use('/webhooks', notFound, answerInJson);

  return webhooks;
}
