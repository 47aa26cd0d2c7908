// Nexmo's delivery receipts: their parameters, and the calls to the app's webhook.
import { randomUUID } from 'node:crypto';
import { type SigningKey, sign } from '../../providers/nexmo/signature.js';
import type { SentMessage } from './api.js';
import { type NexmoReceiptStatus, nexmoAssumed } from './api-facts.js';
import type { NexmoSettings } from './options.js';

/** The contents of a delivery receipt. */
export interface NexmoEmulatorReceipt {
  readonly status: NexmoReceiptStatus;
  /**
   * Why the message was not delivered: 0 to 15, 50 to 54 or 99.
   * @default 0, 'delivered'
   */
  readonly errCode?: number | undefined;
  /**
   * Breaks the signature: 'forged' signs with another secret, 'missing' omits it with its timestamp and
   * nonce. Ignored without `signatureSecret`.
   * @default a valid signature
   */
  readonly signature?: 'forged' | 'missing' | undefined;
}

/** A receipt that was sent, and how the webhook replied. */
export interface NexmoReceiptDelivery {
  readonly parameters: Readonly<Record<string, string>>;
  /** The HTTP status of each attempt; undefined if none came. Ends with 200 if it was acknowledged. */
  readonly answers: readonly (number | undefined)[];
}

/** The parameters of a receipt, signed if the account signs. */
export function receiptParameters(
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
    scts: toMinutes(time),
    'err-code': String(errCode),
    'message-timestamp': toSeconds(time),
    ...(request.clientRef !== undefined && { 'client-ref': request.clientRef }),
  };
  if (signingKey === undefined || signature === 'missing') return unsigned;

  const timestamp = String(Math.floor(time.getTime() / 1000));
  const signed = { ...unsigned, timestamp, nonce: randomUUID() };
  const { secret } = signingKey;
  const key = signature === 'forged' ? { ...signingKey, secret: `not ${secret}` } : signingKey;
  return { ...signed, sig: writtenByNexmo(sign(signed, key), key) };
}

/**
 * Nexmo writes an MD5 hash in lower case and an HMAC in upper case: pull request 154 of
 * github.com/Vonage/vonage-php-sdk-core reports it for every algorithm. Vonage's SDKs for Ruby and .NET accept
 * nothing else; those for PHP, Java, Python and Node ignore case. The samples of the package `nexmo` compare
 * an MD5 hash with `===`.
 */
function writtenByNexmo(signature: string, { algorithm }: SigningKey): string {
  return algorithm === 'md5hash' ? signature : signature.toUpperCase();
}

/** 'YYMMDDHHMM' in UTC. */
function toMinutes(time: Date): string {
  return time.toISOString().replaceAll(/\D/g, '').slice(2, 12);
}

/** 'YYYY-MM-DD HH:MM:SS' in UTC. */
function toSeconds(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * Calls the webhook until it replies 200. Nexmo retries for 72 hours; the emulator at most five times,
 * without a pause.
 */
export async function callWebhook(
  webhook: URL,
  method: NexmoSettings['webhookMethod'],
  parameters: Readonly<Record<string, string>>,
): Promise<(number | undefined)[]> {
  const answers: (number | undefined)[] = [];
  while (answers.at(-1) !== 200 && answers.length < nexmoAssumed.receiptAttempts) {
    answers.push(await statusOf(requestTo(webhook, method, parameters)));
  }
  return answers;
}

async function statusOf(request: Request): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(nexmoAssumed.receiptTimeout);
    const response = await fetch(request, { signal, redirect: 'manual' });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

function requestTo(
  webhook: URL,
  method: NexmoSettings['webhookMethod'],
  parameters: Readonly<Record<string, string>>,
): Request {
  switch (method) {
    case 'GET': {
      const url = new URL(webhook);
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return new Request(url);
    }
    case 'POST':
      return new Request(webhook, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(parameters).toString(),
      });
    case 'POST-JSON':
      return new Request(webhook, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(parameters),
      });
  }
}
