import { describe, expect, it } from 'vitest';
import { invalidOption } from '../invalid-option.js';
import { emulate, sentId } from './client.js';
import { startWebhook } from './webhook.js';

describe('The account of a Nexmo emulator', () => {
  it('is what a provider needs to reach the emulator, with the Conversion API at the same address', async () => {
    const emulator = await emulate({ apiKey: 'key', apiSecret: 'secret' });

    expect(emulator.account).toEqual({
      apiKey: 'key',
      apiSecret: 'secret',
      baseUrl: emulator.url,
      conversionBaseUrl: emulator.url,
    });
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

describe('The webhook of a Nexmo emulator', () => {
  it('can be set and unset after the emulator was created', async () => {
    const emulator = await emulate();
    const id = await sentId(emulator);
    await expect(emulator.deliverReceipt(id, { status: 'delivered' })).rejects.toThrow(
      'The emulator has no webhook. Set the option "webhook" or emulator.webhook.',
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

  it('must be an http or https URL', async () => {
    const emulator = await emulate();

    expect(() => {
      emulator.webhook = '/receipts';
    }).toThrow(invalidOption('webhook', 'must be an http or https URL'));
  });
});
