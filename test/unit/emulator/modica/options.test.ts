import { describe, expect, it } from 'vitest';
import { createModicaEmulator } from '../../../../lib/emulator/index.js';
import { emulate, mobile, post } from '../client.js';

describe('createModicaEmulator', () => {
  it.each([
    [{ username: '' }, 'username must be a string, not empty, without a colon'],
    [{ username: 'a:b' }, 'username must be a string, not empty, without a colon'],
    [{ codeLength: 0 }, 'codeLength must be a whole number from 1 to 32'],
    [{ codeLength: 33 }, 'codeLength must be a whole number from 1 to 32'],
    [{ codeLength: 6.5 }, 'codeLength must be a whole number from 1 to 32'],
    [{ codeLength: Number.NaN }, 'codeLength must be a whole number from 1 to 32'],
  ])('refuses %j', (options, reason) => {
    expect(() => createModicaEmulator(options)).toThrow(
      new TypeError(`createModicaEmulator: ${reason}`),
    );
  });

  it.each([
    ['username', 1, 'username must be a string, not empty, without a colon'],
    ['password', null, 'password must be a string'],
    ['wrongCode', 'both', "wrongCode must be 'error' or 'status'"],
    ['now', 0, 'now must be a function'],
    ['pasword', 'secret', 'Unrecognized key: "pasword"'],
  ])('refuses from JavaScript %s: %j', (name, value, reason) => {
    expect(() => createModicaEmulator({ [name]: value })).toThrow(
      new TypeError(`createModicaEmulator: ${reason}`),
    );
  });

  it('names every option that is wrong', () => {
    expect(() => createModicaEmulator({ username: '', codeLength: 0 })).toThrow(
      /username must be .*; codeLength must be/,
    );
  });

  it('takes undefined for the default', async () => {
    const emulator = await emulate({ username: undefined, codeLength: undefined, now: undefined });
    const before = Date.now();
    await post(emulator, '/challenges', { destination: mobile });
    const message = emulator.messages.at(0);

    expect(message?.code).toHaveLength(6);
    expect(message?.sentAt.getTime()).toBeGreaterThanOrEqual(before);
  });
});

describe('account', () => {
  it('is what a strategy must be told', async () => {
    const emulator = await emulate({ username: 'app', password: 'secret' });

    expect(emulator.account).toEqual({
      username: 'app',
      password: 'secret',
      baseUrl: emulator.url,
    });
  });
});
