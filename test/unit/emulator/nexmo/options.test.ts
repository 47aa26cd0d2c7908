import { describe, expect, it } from 'vitest';
import { createNexmoEmulator } from '../../../../lib/emulator/index.js';
import { emulate, send } from './client.js';

describe('createNexmoEmulator', () => {
  it.each([
    ['apiKey', '', 'apiKey must be a string, not empty'],
    ['apiSecret', 1, 'apiSecret must be a string, not empty'],
    ['signatureSecret', '', 'signatureSecret must be a string, not empty'],
    [
      'algorithm',
      'sha3',
      'algorithm must be one of md5hash, md5hmac, sha1hmac, sha256hmac, sha512hmac',
    ],
    ['webhook', '/receipts', 'webhook must be an http or https URL'],
    ['webhook', 'ftp://app/receipts', 'webhook must be an http or https URL'],
    ['receipt', 'PUT', "receipt must be 'GET', 'POST' or 'POST-JSON'"],
    ['template', 1, 'template must be a string'],
    ['answer', '0', 'answer must be a function'],
    ['conversions', 'no', 'conversions must be a boolean'],
    ['now', 0, 'now must be a function'],
    ['apikey', 'x', 'Unrecognized key: "apikey"'],
  ])('refuses %s: %j', (name, value, reason) => {
    expect(() => createNexmoEmulator({ [name]: value })).toThrow(
      new TypeError(`createNexmoEmulator: ${reason}`),
    );
  });

  it('takes undefined for the default', async () => {
    const emulator = await emulate({
      apiKey: undefined,
      apiSecret: undefined,
      signatureSecret: undefined,
      algorithm: undefined,
      webhook: undefined,
      receipt: undefined,
      template: undefined,
      answer: undefined,
      conversions: undefined,
      now: undefined,
    });
    const before = Date.now();

    expect((await send(emulator)).body).toMatchObject({ messages: [{ status: '0' }] });
    expect(emulator.messages.at(0)?.sentAt.getTime()).toBeGreaterThanOrEqual(before);
  });
});

describe('account', () => {
  it('is what a provider must be told; the Conversion API is at the same address', async () => {
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
