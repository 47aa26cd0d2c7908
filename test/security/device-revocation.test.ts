import { describe, expect, it } from 'vitest';
import { hour, minute, second, stopClock } from '../fixtures/clock.js';
import {
  deviceCookieOf,
  deviceIdOf,
  isOfDevice,
  startAppWithDevices,
  watchedMemory,
} from '../fixtures/devices.js';
import { listenToEvents } from '../fixtures/events.js';

const day = 24 * hour;

/** The event of a revoked device of alice. */
const revoked = {
  name: 'device_revoked',
  owasp: 'authn_token_revoked',
  realm: 'users',
  userId: 1,
};

const revocationsIn = (events: readonly unknown[]) =>
  events.filter((event) => Reflect.get(Object(event), 'name') === revoked.name);

describe('A revoked device', () => {
  it('is refused, and the other devices of the user are not', async () => {
    const events = listenToEvents();
    const { trusted, login, devices, users } = await startAppWithDevices();
    const phone = await trusted('alice');
    const laptop = await trusted('alice');
    expect(await devices.revoke(users.alice, deviceIdOf(phone))).toBe(true);
    expect((await login(phone)).body.code).toBe('challenge_sent');
    expect((await login(laptop)).body.info.code).toBe('trusted_device');
    expect(await devices.revoke(users.alice, deviceIdOf(phone))).toBe(false);
    expect(revocationsIn(events)).toEqual([revoked]);
  });

  it('can be revoked for its own user only', async () => {
    const { trusted, login, devices, users } = await startAppWithDevices();
    const cookie = await trusted('alice');
    expect(await devices.revoke(users.bob, deviceIdOf(cookie))).toBe(false);
    await devices.revokeAll(users.bob);
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('is refused after revokeAll, with an event for each device', async () => {
    const events = listenToEvents();
    const { trusted, login, devices, users } = await startAppWithDevices();
    const cookies = [await trusted('alice'), await trusted('alice')];
    await devices.revokeAll(users.alice);
    for (const cookie of cookies) expect((await login(cookie)).body.info).toBeUndefined();
    expect(await devices.list(users.alice)).toEqual([]);
    expect(revocationsIn(events)).toEqual([revoked, revoked]);
    const again = await trusted('alice');
    expect((await login(again)).body.info.code).toBe('trusted_device');
  });

  it.each<[number | string, number | string]>([
    [1, '1'],
    ['1', 1],
  ])(
    'F19: is refused after revokeAll for the same id in the other type: %j and %j',
    async (at, then) => {
      const now: { id: number | string } = { id: at };
      const userId = () => Object(now).id;
      const { trusted, login, devices, users } = await startAppWithDevices({
        strategy: { userId },
        devices: { userId },
        verify: (all) => async () => all.alice,
      });
      const cookie = await trusted('alice');
      now.id = then;
      await devices.revokeAll(users.alice);
      now.id = at;
      expect((await login(cookie)).body.code).toBe('challenge_sent');
    },
  );

  it.each(['revoke', 'revokeAll'] as const)(
    'stays revoked if a concurrent login writes it again: %s',
    async (how) => {
      const { memory, holdNext } = await watchedMemory();
      const parts = await startAppWithDevices({ memory });
      const { trusted, login, devices, users } = parts;
      const cookie = await trusted();
      const { reached, letGo } = holdNext('write');
      const underWay = login(cookie).then((answer) => answer);
      await reached;
      if (how === 'revoke') await devices.revoke(users.alice, deviceIdOf(cookie));
      else await devices.revokeAll(users.alice);
      letGo();
      const next = deviceCookieOf(await underWay) ?? '';
      expect(next).not.toBe('');
      expect((await login(next)).body.info).toBeUndefined();
      expect(await devices.list(users.alice)).toEqual([]);
    },
  );

  it.each([
    ['revoke', 'the epochs', /epoch/],
    ['revoke', 'all but the devices', /./],
    ['revokeAll', 'the epochs', /epoch/],
    ['revokeAll', 'all but the devices', /./],
  ] as const)(
    'A38: stays revoked after a concurrent write, even if the store then loses records: %s, %s',
    async (how, _what, lost) => {
      const { memory, written, holdNext } = await watchedMemory();
      const { trusted, trust, login, devices, users } = await startAppWithDevices({ memory });
      const cookie = await trusted();
      const underWay = how === 'revoke' ? () => login(cookie) : () => trust('alice', cookie);
      const { reached, letGo } = holdNext('write');
      const answer = underWay().then((response) => response);
      await reached;
      if (how === 'revoke') await devices.revoke(users.alice, deviceIdOf(cookie));
      else await devices.revokeAll(users.alice);
      letGo();
      const next = deviceCookieOf(await answer);
      expect(next).toBeDefined();
      const keys = [...written.keys()].filter((key) => lost.test(key) && !isOfDevice(key));
      await Promise.all(keys.map((key) => memory.store.delete(key)));
      for (const kept of [cookie, next]) {
        expect((await login(kept)).body.info).toBeUndefined();
      }
      expect(await devices.list(users.alice)).toEqual([]);
    },
  );

  it('stays revoked for the longest maxAge', async () => {
    const clock = stopClock();
    const { memory, written } = await watchedMemory();
    const { trusted, login, devices, users } = await startAppWithDevices({
      memory,
      devices: { maxAge: (90 * day) / second },
    });
    const cookie = await trusted();
    await devices.revoke(users.alice, deviceIdOf(cookie));
    clock.advance(90 * day - minute);
    for (const [key, record] of written) {
      if (isOfDevice(key)) await memory.store.set(key, record, hour);
    }
    expect((await login(cookie)).body.info).toBeUndefined();
  });
});
