import { describe, expect, it } from 'vitest';
import { createModicaEmulator } from '../../../../lib/emulator/index.js';
import { invalidOption } from '../invalid-option.js';
import { emulate, mobile, post } from './client.js';

describe('createModicaEmulator', () => {
  it.each([
    ['username', '', 'must be a string, not empty, without a colon'],
    ['username', 'a:b', 'must be a string, not empty, without a colon'],
    ['username', 1, 'must be a string, not empty, without a colon'],
    ['password', null, 'must be a string'],
    ['wrongCode', 'both', "must be one of 'error', 'status'"],
    ['codeLength', 0, 'must be a whole number from 1 to 32'],
    ['codeLength', 33, 'must be a whole number from 1 to 32'],
    ['codeLength', 6.5, 'must be a whole number from 1 to 32'],
    ['codeLength', Number.NaN, 'must be a whole number from 1 to 32'],
    ['now', 0, 'must be a function'],
  ])('refuses the option %s: %j', (name, value, reason) => {
    expect(() => createModicaEmulator({ [name]: value })).toThrow(invalidOption(name, reason));
  });

  it('refuses an option that it does not know', () => {
    const misspelt = { username: 'app', pasword: 'secret' };

    expect(() => createModicaEmulator(misspelt)).toThrow(
      'Unknown option "pasword". Did you mean "password"?',
    );
  });

  it('names every option that is wrong', () => {
    expect(() => createModicaEmulator({ username: '', codeLength: 0 })).toThrow(
      /option "username" must be .*The option "codeLength" must be/,
    );
  });

  it('takes the default for an option that is undefined', async () => {
    const emulator = await emulate({ username: undefined, codeLength: undefined, now: undefined });
    const before = Date.now();
    await post(emulator, '/challenges', { destination: mobile });
    const message = emulator.messages.at(0);

    expect(message?.code).toHaveLength(6);
    expect(message?.sentAt.getTime()).toBeGreaterThanOrEqual(before);
  });
});
