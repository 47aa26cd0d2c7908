import { describe, expect, it } from 'vitest';
import { createInfobipEmulator } from '../../../../lib/emulator/index.js';
import { invalidOption } from '../invalid-option.js';
import { emulate, send } from './client.js';

describe('createInfobipEmulator', () => {
  it.each([
    ['apiKey', '', 'must be a string, not empty, without spaces'],
    ['apiKey', 'a b', 'must be a string, not empty, without spaces'],
    ['apiKey', 1, 'must be a string, not empty, without spaces'],
    ['codeLength', 0, 'must be a whole number from 1 to 32'],
    ['codeLength', 33, 'must be a whole number from 1 to 32'],
    ['codeLength', 1.5, 'must be a whole number from 1 to 32'],
    ['configuration', '5m', 'must be an object'],
    ['preconfigured', 'yes', 'must be true or false'],
    ['refuse', [], 'must be a function'],
    ['now', 0, 'must be a function'],
  ])('refuses the option %s: %j', (name, value, reason) => {
    expect(() => createInfobipEmulator({ [name]: value })).toThrow(invalidOption(name, reason));
  });

  it('refuses an option that it does not know', () => {
    const misspelt = { codeLength: 6, apikey: 'x' };

    expect(() => createInfobipEmulator(misspelt)).toThrow(
      'Unknown option "apikey". Did you mean "apiKey"?',
    );
  });

  it.each([
    ['pinAttempts', 0, 'must be at least 1'],
    ['pinAttempts', 1.5, 'must be a whole number'],
    ['allowMultiplePinVerifications', 'no', 'must be true or false'],
    ['pinTimeToLive', 'soon', "must be a duration such as '15m'"],
    ['verifyPinLimit', '1', "must be a limit such as '1/3s'"],
    ['sendPinPerPhoneNumberLimit', 5, "must be a limit such as '1/3s'"],
  ])('refuses a configuration whose %s is %j', (name, value, reason) => {
    expect(() => createInfobipEmulator({ configuration: { [name]: value } })).toThrow(
      invalidOption(`configuration.${name}`, reason),
    );
  });

  it('refuses a configuration with an attribute that it does not know', () => {
    const misspelt = { pinAttempts: 5, attempts: 1 };

    expect(() => createInfobipEmulator({ configuration: misspelt })).toThrow(
      'Unknown option "configuration.attempts". Did you mean "configuration.pinAttempts"?',
    );
  });

  it('takes the default for an option that is undefined', async () => {
    const emulator = await emulate({
      apiKey: undefined,
      codeLength: undefined,
      configuration: undefined,
      preconfigured: undefined,
      refuse: undefined,
      now: undefined,
    });
    const before = Date.now();

    expect((await send(emulator)).status).toBe(200);
    expect(emulator.messages.at(0)?.code).toHaveLength(6);
    expect(emulator.messages.at(0)?.sentAt.getTime()).toBeGreaterThanOrEqual(before);
  });
});
