import { randomUUID } from 'node:crypto';
import { sign } from '../../providers/nexmo/signature.js';
import type { SentMessage } from './api.js';
import { type NexmoReceiptStatus, nexmoAssumed } from './api-facts.js';
import type { NexmoSettings } from './options.js';

/** What a delivery receipt says. */
export interface NexmoEmulatorReceipt {
  readonly status: NexmoReceiptStatus;
  /**
   * Why it was not delivered: 0 to 15, 50 to 54 or 99.
   * @default 0, which is 'delivered'
   */
  readonly errCode?: number | undefined;
  /**
   * What is wrong with the signature: 'forged' by another secret, or 'missing', with its time and
   * nonce. Of no effect without `signatureSecret`.
   * @default nothing
   */
  readonly signature?: 'forged' | 'missing' | undefined;
}

/** A receipt that was sent, and how the webhook took it. */
export interface NexmoReceiptDelivery {
  readonly parameters: Readonly<Record<string, string>>;
  /** The HTTP status of each attempt, `undefined` where none came; the last is 200 if it was taken. */
  readonly answers: readonly (number | undefined)[];
}

export function receiptOf(
  { messageId, request }: SentMessage,
  { status, errCode = 0, signature }: NexmoEmulatorReceipt,
  { now, signingKey }: NexmoSettings,
): Record<string, string> {
  const time = new Date(now());
  const unsigned = {
    msisdn: request.to,
    to: nexmoAssumed.shortCode,
    'network-code': nexmoAssumed.network,
    messageId,
    price: nexmoAssumed.messagePrice,
    status,
    scts: minutes(time),
    'err-code': String(errCode),
    'message-timestamp': seconds(time),
    ...(request.clientRef !== undefined && { 'client-ref': request.clientRef }),
  };
  if (signingKey === undefined || signature === 'missing') return unsigned;

  const timestamp = String(Math.floor(time.getTime() / 1000));
  const signed = { ...unsigned, timestamp, nonce: randomUUID() };
  const { secret } = signingKey;
  const key = signature === 'forged' ? { ...signingKey, secret: `not ${secret}` } : signingKey;
  return { ...signed, sig: sign(signed, key) };
}

/** 'YYMMDDHHMM', in UTC. */
function minutes(time: Date): string {
  return time.toISOString().replaceAll(/\D/g, '').slice(2, 12);
}

/** 'YYYY-MM-DD HH:MM:SS', in UTC. */
function seconds(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * Calls the webhook until it answers 200, as Nexmo does for 72 hours; here at most five times, and
 * without a pause.
 */
export async function callUntilTaken(
  webhook: URL,
  method: NexmoSettings['webhookMethod'],
  parameters: Readonly<Record<string, string>>,
): Promise<(number | undefined)[]> {
  const answers: (number | undefined)[] = [];
  while (answers.at(-1) !== 200 && answers.length < nexmoAssumed.receiptAttempts) {
    answers.push(await call(webhook, method, parameters));
  }
  return answers;
}

async function call(
  webhook: URL,
  method: NexmoSettings['webhookMethod'],
  parameters: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const { url, ...init } = requestOf(webhook, method, parameters);
  try {
    const signal = AbortSignal.timeout(nexmoAssumed.receiptTimeout);
    const response = await fetch(url, { ...init, signal, redirect: 'manual' });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

interface WebhookRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

function requestOf(
  webhook: URL,
  method: NexmoSettings['webhookMethod'],
  parameters: Readonly<Record<string, string>>,
): WebhookRequest {
  const form = new URLSearchParams(parameters);
  switch (method) {
    case 'GET': {
      const url = new URL(webhook);
      for (const [name, value] of form) url.searchParams.set(name, value);
      return { url, method: 'GET', headers: {}, body: null };
    }
    case 'POST':
      return {
        url: webhook,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: String(form),
      };
    case 'POST-JSON':
      return {
        url: webhook,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(parameters),
      };
  }
}
