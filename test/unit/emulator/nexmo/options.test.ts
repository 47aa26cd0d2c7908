import { describe, expect, it } from 'vitest';
import { createNexmoEmulator } from '../../../../lib/emulator/index.js';
import { invalidOption } from '../invalid-option.js';
import { emulate, send } from './client.js';

describe('createNexmoEmulator', () => {
  it.each([
    ['apiKey', '', 'must be a string, not empty'],
    ['apiSecret', 1, 'must be a string, not empty'],
    ['signatureSecret', '', 'must be a string, not empty'],
    [
      'algorithm',
      'sha3',
      "must be one of 'md5hash', 'md5hmac', 'sha1hmac', 'sha256hmac', 'sha512hmac'",
    ],
    ['webhook', '/receipts', 'must be an http or https URL'],
    ['webhook', 'ftp://app/receipts', 'must be an http or https URL'],
    ['webhookMethod', 'PUT', "must be one of 'GET', 'POST', 'POST-JSON'"],
    ['template', 1, 'must be a string'],
    ['statusFor', '0', 'must be a function'],
    ['conversions', 'no', 'must be true or false'],
    ['now', 0, 'must be a function'],
  ])('refuses the option %s: %j', (name, value, reason) => {
    expect(() => createNexmoEmulator({ [name]: value })).toThrow(invalidOption(name, reason));
  });

  it('refuses an option that it does not know', () => {
    const misspelt = { apiSecret: 'x', apikey: 'x' };

    expect(() => createNexmoEmulator(misspelt)).toThrow(
      'Unknown option "apikey". Did you mean "apiKey"?',
    );
  });

  it('takes the default for an option that is undefined', async () => {
    const emulator = await emulate({
      apiKey: undefined,
      apiSecret: undefined,
      signatureSecret: undefined,
      algorithm: undefined,
      webhook: undefined,
      webhookMethod: undefined,
      template: undefined,
      statusFor: undefined,
      conversions: undefined,
      now: undefined,
    });
    const before = Date.now();

    expect((await send(emulator)).body).toMatchObject({ messages: [{ status: '0' }] });
    expect(emulator.messages.at(0)?.sentAt.getTime()).toBeGreaterThanOrEqual(before);
  });
});
