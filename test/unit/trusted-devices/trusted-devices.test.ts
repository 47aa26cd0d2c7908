import type { Express } from 'express';
import { describe, expect, it, vi } from 'vitest';
import { ConfigurationError, StoreError } from '../../../lib/errors.js';
import { deviceChecksOf } from '../../../lib/flow/trusted-device.js';
import { inMemory } from '../../../lib/storage/in-memory.js';
import {
  type TrustedDevices,
  trustedDevices,
} from '../../../lib/trusted-devices/trusted-devices.js';
import { hour, minute, second, stopClock, stopTimers } from '../../fixtures/clock.js';
import {
  deviceCookieOf,
  deviceIdOf,
  startAppWithDevices,
  watchedMemory,
} from '../../fixtures/devices.js';
import { newestCode } from '../../fixtures/emulator.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { someUsers } from '../../fixtures/users.js';

const { alice } = someUsers();
const login = { realm: 'users', user: alice, userId: 1, destination: '+64211111111' };

/** A route that sends its response first, and checks the device afterwards. */
function respondFirst(app: Express) {
  const checked = vi.fn<(trusted: boolean | undefined) => void>();
  app.post('/early', async (req, res) => {
    res.json('the answer');
    checked(await deviceChecksOf(req)[0]?.isTrusted(login));
  });
  return checked;
}

describe('A response that has been sent already', () => {
  it('makes a device untrusted, because the next token could not reach the browser', async () => {
    let checked: ReturnType<typeof respondFirst> | undefined;
    const { trusted, client, login } = await startAppWithDevices({
      routes: ({ app }) => {
        checked = respondFirst(app);
      },
    });
    const cookie = await trusted();
    await client().post('/early').set('Cookie', cookie);
    await expect.poll(() => checked).toHaveBeenCalledWith(false);
    // The token is not used up.
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('makes a device untrusted also if it was sent during the check', async () => {
    const { memory, holdNext } = await watchedMemory();
    const checked = vi.fn<(trusted: boolean | undefined) => void>();
    const { trusted, client } = await startAppWithDevices({
      memory,
      routes: ({ app }) => {
        app.post('/meanwhile', async (req, res) => {
          const { reached, letGo } = holdNext('write');
          const asked = deviceChecksOf(req)[0]?.isTrusted(login);
          await reached;
          res.json('the answer');
          letGo();
          checked(await asked);
        });
      },
    });
    const cookie = await trusted();
    await client().post('/meanwhile').set('Cookie', cookie);
    await expect.poll(() => checked).toHaveBeenCalledWith(false);
  });

  it('makes trust return false', async () => {
    const trusted = vi.fn<(yes: boolean) => void>();
    const { browser, emulator, devices, users } = await startAppWithDevices({
      routes: ({ app, passport, strategy: { name } }) => {
        app.post('/early', passport.authenticate(name), async (req, res) => {
          res.json('the answer');
          trusted(await devices.trust(req));
        });
      },
    });
    const browsing = browser();
    await browsing.login();
    await browsing.post('/early', { code: newestCode(emulator) });
    await expect.poll(() => trusted).toHaveBeenCalledWith(false);
    expect(await devices.list(users.alice)).toEqual([]);
  });
});

describe('A device', () => {
  it.each([
    ['is trusted', -1, 'trusted_device'],
    ['is not trusted', 0, undefined],
  ])('%s %i ms from its expiry', async (_what, off, code) => {
    const clock = stopClock();
    const { trusted, login } = await startAppWithDevices({ devices: { maxAge: 3600 } });
    const cookie = await trusted();
    clock.advance(hour + off);
    expect((await login(cookie)).body.info?.code).toBe(code);
  });

  it('is stored no longer than maxAge, and an epoch longer than the longest maxAge', async () => {
    const clock = stopClock();
    const { memory, times } = await watchedMemory();
    const { trusted, login, devices, users } = await startAppWithDevices({
      memory,
      devices: { maxAge: 3600 },
    });
    const cookie = await trusted();
    clock.advance(20 * second);
    await login(cookie);
    const [device] = await devices.list(users.alice);
    await devices.revoke(users.alice, device?.id ?? '');
    await devices.revokeAll(users.alice);
    const longest = 91 * 24 * hour;
    // The activation and the device, the login, the epoch for both types of the user's id.
    expect(times).toEqual([hour, hour, hour - 20 * second, longest, longest]);
  });

  it('is deleted from the store when it is revoked', async () => {
    const { memory } = await watchedMemory();
    const { trusted, devices, users } = await startAppWithDevices({ memory });
    const deleted = vi.spyOn(memory.store, 'delete');
    await trusted();
    const [device] = await devices.list(users.alice);
    await devices.revoke(users.alice, device?.id ?? '');
    // The activation and the device.
    expect(deleted).toHaveBeenCalledTimes(2);
    await trusted();
    await devices.revokeAll(users.alice);
    expect(deleted).toHaveBeenCalledTimes(4);
  });

  it('comes before those that were used longer ago in the list', async () => {
    const clock = stopClock();
    const { trusted, login, devices, users } = await startAppWithDevices();
    const cookies: string[] = [];
    for (let trustedAt = 0; trustedAt < 3; trustedAt += 1) {
      cookies.push(await trusted());
      clock.advance(minute);
    }
    const [oldest = '', middle = '', newest = ''] = cookies;
    await login(middle);
    const ids = (await devices.list(users.alice)).map(({ id }) => id);
    expect(ids).toEqual([middle, newest, oldest].map(deviceIdOf));
  });

  it('has no userAgent if the browser sends none', async () => {
    const { browser, emulator, devices, users } = await startAppWithDevices();
    const browsing = browser();
    await browsing.login();
    const code = newestCode(emulator);
    await browsing.agent.post('/trust').unset('User-Agent').send({ code });
    expect((await devices.list(users.alice)).map(({ userAgent }) => userAgent)).toEqual([
      undefined,
    ]);
  });

  it('causes no query of the store outside a login', async () => {
    const { memory, asked } = await watchedMemory();
    const { trusted, client } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    const before = asked.length;
    await client().get('/me').set('Cookie', cookie);
    expect(asked).toHaveLength(before);
  });

  it('is none in a request without cookies', async () => {
    const { client, devices } = await startAppWithDevices({
      routes: ({ app }) => {
        app.get('/this', (req, res) => {
          res.json(devices.isThis(req, { id: 'undefined' }));
        });
      },
    });
    expect((await client().get('/this')).body).toBe(false);
  });

  it.each([
    ['a Date, and its ISO string', new Date(0), new Date(0).toISOString()],
    ['a number', 7, 7],
  ])('stays trusted if passwordVersion returns the same value: %s', async (_what, then, now) => {
    let version: Date | string | number = then;
    const { trusted, login } = await startAppWithDevices({
      devices: { passwordVersion: () => version },
    });
    const cookie = await trusted();
    version = now;
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('belongs to the user that the option userId returns', async () => {
    const userId = ({ id }: Express.User) => id + 1000;
    const { trust, emulator, login } = await startAppWithDevices({
      strategy: { userId },
      devices: { userId },
      verify: (users) => async (verified) => users.find(Number(verified.userId) - 1000),
    });
    const cookie = deviceCookieOf(await trust());
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
    expect(emulator.messages).toHaveLength(1);
  });
});

/** As untyped code would call it. */
const untyped = (options: object): TrustedDevices =>
  Reflect.apply(trustedDevices, undefined, [{ ...inMemory(), ...options }]);

describe('A user that is passed to trustedDevices', () => {
  it.each([undefined, null, '', Number.NaN, new Date(Number.NaN), {}, true])(
    'is the error user_unusable if passwordVersion returns %o',
    async (version) => {
      const devices = untyped({ passwordVersion: () => version });
      const error = await thrownBy(ConfigurationError, () => devices.list(alice));
      expect(error.code).toBe('user_unusable');
      expect(error.message).toContain('"passwordVersion"');
    },
  );

  it.each([undefined, null, '', Number.NaN, {}, true])(
    'is the error user_unusable if userId returns %o',
    async (id) => {
      const devices = untyped({ passwordVersion: () => 1, userId: () => id });
      const error = await thrownBy(ConfigurationError, () => devices.revokeAll(alice));
      expect(error.code).toBe('user_unusable');
      expect(error.message).toContain('"userId"');
    },
  );

  it('is the error user_unusable if it is an id instead of a user', async () => {
    const devices = untyped({ passwordVersion: () => 1 });
    await thrownBy(ConfigurationError, () => Reflect.apply(devices.revoke, devices, [1, 'id']));
  });
});

describe('F6: trustedDevices', () => {
  it('fails with store_failed if the store does not answer within five seconds', async () => {
    stopTimers();
    const { store, limiter } = inMemory();
    Object.assign(store, { get: () => new Promise(() => undefined) });
    const devices = trustedDevices<Express.User>({ store, limiter, passwordVersion: () => 1 });
    const failed = thrownBy(StoreError, () => devices.list(alice));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await failed).toMatchObject({ code: 'store_failed' });
  });

  it('lists no devices if the store returns null', async () => {
    const { store, limiter } = inMemory();
    Object.assign(store, { get: () => null });
    const devices = trustedDevices<Express.User>({ store, limiter, passwordVersion: () => 1 });
    expect(await devices.list(alice)).toEqual([]);
  });

  it('fails with store_failed if the store returns false for a write', async () => {
    const { store, limiter } = inMemory();
    Object.assign(store, { set: () => false });
    const devices = trustedDevices<Express.User>({ store, limiter, passwordVersion: () => 1 });
    const error = await thrownBy(StoreError, () => devices.revokeAll(alice));
    expect(error).toMatchObject({
      code: 'store_failed',
      cause: { message: 'The store did not write' },
    });
  });
});
