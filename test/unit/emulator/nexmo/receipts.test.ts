import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { invalidOption } from '../invalid-option.js';
import { emulate, sentId, to } from './client.js';
import { startWebhook } from './webhook.js';

const noon = Date.UTC(2026, 0, 2, 12, 34, 56);

function parametersOf(messageId: string): Record<string, string> {
  return {
    msisdn: to,
    to: '22395',
    'network-code': '310260',
    messageId,
    price: '0.00570000',
    status: 'delivered',
    scts: '2601021234',
    'err-code': '0',
    'message-timestamp': '2026-01-02 12:34:56',
  };
}

describe('deliver', () => {
  it('calls the webhook by GET, beside what its query has already', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url, now: () => noon });
    const id = await sentId(emulator);
    const delivery = await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(delivery).toEqual({ parameters: parametersOf(id), answers: [200] });
    expect(received).toEqual([
      {
        method: 'GET',
        path: '/receipts',
        query: { app: '1', ...parametersOf(id) },
        contentType: undefined,
        body: '',
      },
    ]);
  });

  it('calls it by POST with a form', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({
      webhook: new URL(url),
      webhookMethod: 'POST',
      now: () => noon,
    });
    const id = await sentId(emulator);
    await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(received).toMatchObject([
      { method: 'POST', query: { app: '1' }, contentType: 'application/x-www-form-urlencoded' },
    ]);
    expect(Object.fromEntries(new URLSearchParams(received.at(0)?.body))).toEqual(parametersOf(id));
  });

  it('calls it by POST with JSON', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url, webhookMethod: 'POST-JSON', now: () => noon });
    const id = await sentId(emulator);
    await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(received).toMatchObject([{ method: 'POST', contentType: 'application/json' }]);
    expect(JSON.parse(received.at(0)?.body ?? '')).toEqual(parametersOf(id));
  });

  it('says why a message was not delivered, and what the app called it', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url });
    const id = await sentId(emulator, { 'client-ref': 'login 7' });
    await emulator.deliverReceipt(id, { status: 'failed', errCode: 3 });

    expect(received.at(0)?.query).toMatchObject({
      messageId: id,
      status: 'failed',
      'err-code': '3',
      'client-ref': 'login 7',
    });
  });

  it('repeats the receipt until it is answered 200', async () => {
    const { url, received } = await startWebhook('cut', 500, 204, 302, 200);
    const emulator = await emulate({ webhook: url });
    const id = await sentId(emulator);
    const { answers } = await emulator.deliverReceipt(id, { status: 'accepted' });

    expect(answers).toEqual([undefined, 500, 204, 302, 200]);
    expect(received.map(({ path }) => path)).toEqual(Array.from({ length: 5 }, () => '/receipts'));
  });

  it('gives up after five times', async () => {
    const { url, received } = await startWebhook(503);
    const emulator = await emulate({ webhook: url });
    const id = await sentId(emulator);
    const { answers } = await emulator.deliverReceipt(id, { status: 'buffered' });

    expect(answers).toEqual([503, 503, 503, 503, 503]);
    expect(received).toHaveLength(5);
  });

  it('rejects for a message that was not sent', async () => {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url });

    await expect(emulator.deliverReceipt('FFFF', { status: 'delivered' })).rejects.toThrow(
      'No message FFFF was sent',
    );
    expect(received).toEqual([]);
  });
});

describe('webhook', () => {
  it('can be told when the app has started', async () => {
    const emulator = await emulate();
    const id = await sentId(emulator);
    await expect(emulator.deliverReceipt(id, { status: 'delivered' })).rejects.toThrow(
      'The emulator has no webhook: set the option, or emulator.webhook',
    );

    const { url } = await startWebhook();
    emulator.webhook = url;
    expect(emulator.webhook).toEqual(new URL(url));
    expect((await emulator.deliverReceipt(id, { status: 'delivered' })).answers).toEqual([200]);

    emulator.webhook = undefined;
    await expect(emulator.deliverReceipt(id, { status: 'delivered' })).rejects.toThrow(
      'no webhook',
    );
  });

  it('must be an http URL', async () => {
    const emulator = await emulate();

    expect(() => {
      emulator.webhook = '/receipts';
    }).toThrow(invalidOption('webhook', 'must be an http or https URL'));
  });
});

describe('A signed receipt', () => {
  const signatureSecret = 'signature-secret';

  async function signing() {
    const { url, received } = await startWebhook();
    const emulator = await emulate({ webhook: url, signatureSecret, now: () => noon });
    return { emulator, id: await sentId(emulator), received };
  }

  /** By Nexmo's rule, written out once more. */
  function signature(parameters: Readonly<Record<string, string>>): string {
    const names = Object.keys(parameters).filter((name) => name !== 'sig');
    const text = names.sort().map((name) => `&${name}=${parameters[name]}`);
    return createHash('md5')
      .update(text.join('') + signatureSecret)
      .digest('hex');
  }

  it('has its time, a nonce, and the signature of all the others', async () => {
    const { emulator, id } = await signing();
    const { parameters } = await emulator.deliverReceipt(id, { status: 'delivered' });
    const again = await emulator.deliverReceipt(id, { status: 'delivered' });

    expect(parameters).toEqual({
      ...parametersOf(id),
      timestamp: String(Math.floor(noon / 1000)),
      nonce: expect.stringMatching(/^[\da-f-]{36}$/),
      sig: signature(parameters),
    });
    expect(again.parameters['nonce']).not.toBe(parameters['nonce']);
  });

  it('can be forged: by another secret', async () => {
    const { emulator, id } = await signing();
    const { parameters } = await emulator.deliverReceipt(id, {
      status: 'delivered',
      signature: 'forged',
    });

    expect(parameters['sig']).toMatch(/^[\da-f]{32}$/);
    expect(parameters['sig']).not.toBe(signature(parameters));
  });

  it('can lack its signature, time and nonce', async () => {
    const { emulator, id } = await signing();
    const delivery = await emulator.deliverReceipt(id, {
      status: 'delivered',
      signature: 'missing',
    });

    expect(delivery.parameters).toEqual(parametersOf(id));
  });

  it('can be replayed as it was', async () => {
    const { emulator, id, received } = await signing();
    const delivery = await emulator.deliverReceipt(id, { status: 'delivered' });
    const replayed = await emulator.replayReceipt(delivery);

    expect(replayed).toEqual(delivery);
    expect(received.at(1)).toEqual(received.at(0));
  });
});
