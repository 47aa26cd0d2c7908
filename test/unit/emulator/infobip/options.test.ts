import { describe, expect, it } from 'vitest';
import { createInfobipEmulator } from '../../../../lib/emulator/index.js';
import { emulate, send } from './client.js';

describe('createInfobipEmulator', () => {
  it.each([
    ['apiKey', '', 'apiKey must be a string, not empty, without spaces'],
    ['apiKey', 'a b', 'apiKey must be a string, not empty, without spaces'],
    ['apiKey', 1, 'apiKey must be a string, not empty, without spaces'],
    ['codeLength', 0, 'codeLength must be a whole number from 1 to 32'],
    ['codeLength', 33, 'codeLength must be a whole number from 1 to 32'],
    ['codeLength', 1.5, 'codeLength must be a whole number from 1 to 32'],
    [
      'configuration',
      '5m',
      "configuration must be of Infobip's form, such as { pinTimeToLive: '5m' }",
    ],
    ['bare', 'yes', 'bare must be a boolean'],
    ['refuse', [], 'refuse must be a function'],
    ['now', 0, 'now must be a function'],
    ['apikey', 'x', 'Unrecognized key: "apikey"'],
  ])('refuses %s: %j', (name, value, reason) => {
    expect(() => createInfobipEmulator({ [name]: value })).toThrow(
      new TypeError(`createInfobipEmulator: ${reason}`),
    );
  });

  it.each([
    ['pinAttempts', 0, 'configuration.pinAttempts: Too small'],
    ['pinTimeToLive', 'soon', 'configuration.pinTimeToLive: Invalid string'],
    ['verifyPinLimit', '1', 'configuration.verifyPinLimit: Invalid string'],
    ['attempts', 1, 'Unrecognized key: "attempts"'],
  ])('refuses a configuration with %s: %j', (name, value, reason) => {
    expect(() => createInfobipEmulator({ configuration: { [name]: value } })).toThrow(
      `createInfobipEmulator: ${reason}`,
    );
  });

  it('takes undefined for the default', async () => {
    const emulator = await emulate({
      apiKey: undefined,
      codeLength: undefined,
      configuration: undefined,
      bare: undefined,
      refuse: undefined,
      now: undefined,
    });
    const before = Date.now();

    expect((await send(emulator)).status).toBe(200);
    expect(emulator.messages.at(0)?.code).toHaveLength(6);
    expect(emulator.messages.at(0)?.sentAt.getTime()).toBeGreaterThanOrEqual(before);
  });
});

describe('account', () => {
  it('is what a provider must be told', async () => {
    const emulator = await emulate();

    expect(emulator.account).toEqual({
      apiKey: 'emulator',
      baseUrl: emulator.url,
      applicationId: 'HJ675435E3A6EA43432G5F37A635KJ8B',
      messageId: '0130269F44AFD07AEBC2FEFEB30398A0',
    });
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
