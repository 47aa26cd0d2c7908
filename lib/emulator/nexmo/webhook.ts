import type { Settings } from './options.js';
import { invented } from './vocabulary.js';

/**
 * Calls the webhook until it answers 200, as Nexmo does for 72 hours; here at most five times, and
 * without a pause.
 */
export async function callUntilTaken(
  webhook: URL,
  receipt: Settings['receipt'],
  parameters: Readonly<Record<string, string>>,
): Promise<(number | undefined)[]> {
  const answers: (number | undefined)[] = [];
  while (answers.at(-1) !== 200 && answers.length < invented.receiptAttempts) {
    answers.push(await call(webhook, receipt, parameters));
  }
  return answers;
}

async function call(
  webhook: URL,
  receipt: Settings['receipt'],
  parameters: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const { url, ...init } = requestOf(webhook, receipt, parameters);
  try {
    const signal = AbortSignal.timeout(invented.receiptTimeout);
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
  receipt: Settings['receipt'],
  parameters: Readonly<Record<string, string>>,
): WebhookRequest {
  const form = new URLSearchParams(parameters);
  switch (receipt) {
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
