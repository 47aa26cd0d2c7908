import express from 'express';
import express4 from 'express4';
import { describe, expect, it } from 'vitest';
import { proofOf } from '../../lib/flow/proof.js';
import { hour, minute, stopClock } from '../fixtures/clock.js';
import {
  deviceCookieOf,
  deviceIdOf,
  isOfDevice,
  startAppWithDevices,
  watchedMemory,
} from '../fixtures/devices.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { failingMemory } from '../fixtures/memory.js';

const day = 24 * hour;
const thirtyDays = 30 * day;

describe('A login from a trusted device', () => {
  it.each([
    ['Express 5', express],
    ['Express 4', express4],
  ])(
    'needs only the password, sends no SMS and claims no second factor: %s',
    async (_which, version) => {
      const { trusted, login, emulator } = await startAppWithDevices({ version });
      const cookie = await trusted();
      const answer = await login(cookie);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ user: { name: 'alice' } });
      expect(answer.body.info).toEqual({ code: 'trusted_device', purpose: 'login', amr: [] });
      expect(emulator.messages).toHaveLength(1);
    },
  );

  it('leaves an info that proves no second factor', async () => {
    const proofs: unknown[] = [];
    const { trusted, client, emulator } = await startAppWithDevices({
      routes: ({ app, passport, password, answerUser }) => {
        const second = passport.authenticate('modica-2fa', { failWithError: true });
        app.post(
          '/info',
          password,
          second,
          (req, _res, next) => {
            proofs.push(req.authInfo, proofOf(req.authInfo));
            next();
          },
          answerUser,
        );
      },
    });
    const cookie = await trusted();
    const body = { username: 'alice', password: 'right' };
    expect((await client().post('/info').set('Cookie', cookie).send(body)).status).toBe(200);
    expect(proofs).toEqual([{ code: 'trusted_device', purpose: 'login', amr: [] }, undefined]);
    expect(emulator.messages).toHaveLength(1);
  });

  it('still requires the password', async () => {
    const { trusted, client } = await startAppWithDevices();
    const cookie = await trusted();
    const wrong = { username: 'alice', password: 'wrong' };
    expect((await client().post('/login').set('Cookie', cookie).send(wrong)).status).toBe(401);
    expect((await client().get('/me').set('Cookie', cookie)).status).toBe(401);
  });

  it('is published as the events device_trusted and device_used', async () => {
    const events = listenToEvents();
    const { trusted, login } = await startAppWithDevices();
    await login(await trusted());
    expect(events).toContainEqual({
      name: 'device_trusted',
      owasp: 'authn_token_created',
      realm: 'users',
      userId: 1,
    });
    expect(events).toContainEqual(expect.objectContaining({ name: 'device_used', userId: 1 }));
  });

  it('is refused for a locked user', async () => {
    const { trusted, login, browser, emulator } = await startAppWithDevices({
      strategy: { limits: { failuresPerUser: 1 } },
    });
    const cookie = await trusted('alice');
    const guesser = browser();
    await guesser.login('alice');
    await guesser.enter(wrongCodeFor(emulator));
    expect((await login(cookie)).body.code).toBe('user_locked');
  });

  it('does not replace the code of a step-up', async () => {
    const { browser, emulator } = await startAppWithDevices();
    const alice = browser();
    await alice.login();
    await alice.post('/trust', { code: newestCode(emulator) });
    expect((await alice.post('/step-up')).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
    await alice.post('/logout');
    expect((await alice.login()).body.info.code).toBe('trusted_device');
  });

  it('does not replace the code of a transaction', async () => {
    const { trusted, login, emulator } = await startAppWithDevices();
    const cookie = await trusted();
    expect((await login(cookie, 'alice', '/bound')).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('needs a code without the middleware', async () => {
    const { trusted, login, emulator } = await startAppWithDevices();
    const plain = await startAppWithDevices({ framework: express });
    const cookie = await trusted();
    expect((await plain.login(cookie)).body.code).toBe('challenge_sent');
    expect(plain.emulator.messages).toHaveLength(1);
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
    expect(emulator.messages).toHaveLength(1);
  });
});

describe('F6: a trusted device', () => {
  it.each([
    ['get', 'store_failed'],
    ['set', 'store_failed'],
    ['limiter', 'limiter_failed'],
  ] as const)('fails the login without an SMS if the %s fails', async (operation, code) => {
    const { memory, failAlways } = await failingMemory();
    const { trusted, login, emulator } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    failAlways(operation);
    const answer = await login(cookie);
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe(code);
    expect(deviceCookieOf(answer)).toBeUndefined();
    expect(emulator.messages).toHaveLength(1);
  });

  it.each(['get', 'set'] as const)(
    'is not trusted if the %s of the store fails',
    async (operation) => {
      const { memory, failAlways } = await failingMemory();
      const { trust } = await startAppWithDevices({ memory });
      failAlways(operation);
      expect((await trust()).body.code).toBe('store_failed');
    },
  );

  it.each<[string, (record: string) => string]>([
    ['has another shape', () => '{"id":1}'],
    ['has a hash with more before it', (record) => record.replace('"secretHash":"', '$&x')],
    ['has a hash with more after it', (record) => record.replace(/"secretHash":"[^"]+/, '$&x')],
  ])('fails the login if its record %s', async (_what, change) => {
    const { memory, written } = await watchedMemory();
    const { trusted, login, emulator } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    for (const [key, record] of [...written].filter(([name]) => isOfDevice(name))) {
      await memory.store.set(key, change(record), thirtyDays);
    }
    const answer = await login(cookie);
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('store_record_unreadable');
    expect(emulator.messages).toHaveLength(1);
  });

  it('F27: keeps a token whose first use was not written, and rotates it a day later', async () => {
    const clock = stopClock();
    const events = listenToEvents();
    const { memory, failNext } = await failingMemory();
    const { trusted, login } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    failNext('set');
    expect((await login(cookie)).status).toBe(500);
    clock.advance(hour);
    const kept = await login(cookie);
    expect(kept.body.info.code).toBe('trusted_device');
    expect(deviceCookieOf(kept)).toBeUndefined();
    clock.advance(day);
    const next = deviceCookieOf(await login(cookie)) ?? '';
    expect((await login(next)).body.info.code).toBe('trusted_device');
    expect(events).not.toContainEqual(expect.objectContaining({ name: 'device_token_reused' }));
  });
});

describe('The devices of a user', () => {
  it('are at most ten: an eleventh replaces the least recently used', async () => {
    const clock = stopClock();
    const { trusted, login, devices, users } = await startAppWithDevices();
    const cookies: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      cookies.push(await trusted());
      clock.advance(hour);
    }
    const [oldest = '', nextOldest = ''] = cookies;
    const oldestNow = deviceCookieOf(await login(oldest)) ?? '';
    clock.advance(hour);
    const eleventh = await trusted();
    expect(await devices.list(users.alice)).toHaveLength(10);
    expect((await login(nextOldest)).body.info).toBeUndefined();
    for (const cookie of [oldestNow, eleventh, ...cookies.slice(2)]) {
      expect((await login(cookie)).body.info.code).toBe('trusted_device');
    }
  });

  it('are one for each browser: a browser that is trusted again replaces its earlier device', async () => {
    const { trusted, login, devices, users, passwords } = await startAppWithDevices();
    const first = await trusted('alice');
    const again = await trusted('alice', first);
    expect((await devices.list(users.alice)).map(({ id }) => id)).toEqual([deviceIdOf(again)]);
    expect((await login(first)).body.info).toBeUndefined();
    expect((await login(again)).body.info.code).toBe('trusted_device');
    passwords.set(1, 'the second password');
    const third = await trusted('alice', again);
    passwords.delete(1);
    expect(await devices.list(users.alice)).toEqual([]);
    passwords.set(1, 'the second password');
    expect((await login(third)).body.info.code).toBe('trusted_device');
  });

  it('are listed with their times and browsers, the most recently used first', async () => {
    const clock = stopClock();
    const { trusted, login, devices, users } = await startAppWithDevices();
    const at = Date.now();
    const phone = await trusted('alice', '', 'a phone');
    clock.advance(hour);
    const laptop = await trusted('alice', '', 'l'.repeat(300));
    await trusted('bob');
    clock.advance(hour);
    await login(phone);
    expect(await devices.list(users.alice)).toEqual([
      {
        id: deviceIdOf(phone),
        trustedAt: new Date(at),
        expiresAt: new Date(at + thirtyDays),
        lastUsedAt: new Date(at + 2 * hour),
        userAgent: 'a phone',
      },
      {
        id: deviceIdOf(laptop),
        trustedAt: new Date(at + hour),
        expiresAt: new Date(at + hour + thirtyDays),
        lastUsedAt: new Date(at + hour),
        userAgent: 'l'.repeat(200),
      },
    ]);
  });

  it('are not listed after a change of the password or after maxAge', async () => {
    const clock = stopClock();
    const { trusted, devices, users, passwords } = await startAppWithDevices();
    await trusted();
    clock.advance(thirtyDays - minute);
    expect(await devices.list(users.alice)).toHaveLength(1);
    passwords.set(1, 'the second password');
    expect(await devices.list(users.alice)).toEqual([]);
    passwords.delete(1);
    clock.advance(minute);
    expect(await devices.list(users.alice)).toEqual([]);
  });

  it('are revoked when one is trusted with another phone number', async () => {
    const { trusted, login, devices, users } = await startAppWithDevices();
    const [old, again] = [await trusted(), await trusted()];
    const { mobile } = users.alice;
    users.alice.mobile = '+64219999999';
    expect(await devices.list(users.alice)).toHaveLength(2);
    const current = await trusted('alice', again);
    expect((await devices.list(users.alice)).map(({ id }) => id)).toEqual([deviceIdOf(current)]);
    users.alice.mobile = mobile;
    for (const ended of [old, again]) {
      expect((await login(ended)).body.info).toBeUndefined();
    }
  });
});
