import { inspect } from 'node:util';
import express from 'express';
import express4 from 'express4';
import { describe, expect, it } from 'vitest';
import { proofOf } from '../../lib/flow/proof.js';
import { isTwoFactorError } from '../../lib/index.js';
import { hour, minute, second, stopClock } from '../fixtures/clock.js';
import {
  cookieName,
  deviceCookieOf,
  isOfDevice,
  startAppWithDevices,
  watchedMemory,
} from '../fixtures/devices.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { failingMemory, someMemory } from '../fixtures/memory.js';

const day = 24 * hour;
const thirtyDays = 30 * day;

const secretsOf = (cookie: string) => cookie.split('.').slice(1);
const idOf = (cookie: string) => cookie.replace(`${cookieName}=`, '').split('.')[0] ?? '';

/** Everything that a logger could print of a value. */
const shown = (value: unknown) =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(value);

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

describe('A device token', () => {
  it('is not looked up if it is malformed', async () => {
    const { memory, asked } = await watchedMemory();
    const { login, emulator } = await startAppWithDevices({ memory });
    const id = 'a'.repeat(22);
    const forms = [
      ...['', '.', id, `${id}.${id}`, `${id}.${id}.`, `.${id}.${id}`, `${id}.${id}.${id}a`],
      ...[`${id}a.${id}.${id}`, `${id}.${id}.${id}.${id}`, `${id}.${id}%2E${id}`, '%'],
      ...[`"${id}.${id}.${id}"`, `${id}.${id}.${'*'.repeat(22)}`, '[object Object]'],
      ...[`${'a'.repeat(7000)}.${id}.${id}`, `s:${id}.${id}.${id}`, '__proto__', '{"$ne":null}'],
    ];
    for (const form of forms) {
      const answer = await login(`${cookieName}=${form}`);
      expect(answer.body.code).toBe('challenge_sent');
    }
    expect(asked.filter(isOfDevice)).toEqual([]);
    expect(emulator.messages).toHaveLength(1);
  });

  it('is refused if it was never issued', async () => {
    const { trusted, login, emulator } = await startAppWithDevices();
    await trusted();
    const made = `${cookieName}=${'a'.repeat(22)}.${'b'.repeat(22)}.${'c'.repeat(22)}`;
    expect((await login(made)).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });

  it('is refused if only its id is right', async () => {
    const { trusted, login } = await startAppWithDevices();
    const cookie = await trusted();
    const made = `${cookieName}=${idOf(cookie)}.${'b'.repeat(22)}.${'c'.repeat(22)}`;
    expect((await login(made)).body.code).toBe('challenge_sent');
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('is refused for any other user, even with the same phone number', async () => {
    const { trusted, login, users, emulator } = await startAppWithDevices();
    const cookie = await trusted('alice');
    users.bob.mobile = users.alice.mobile;
    expect((await login(cookie, 'bob')).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
    expect((await login(cookie, 'alice')).body.info.code).toBe('trusted_device');
  });

  it('is refused in another realm', async () => {
    const memory = await someMemory();
    const { trusted } = await startAppWithDevices({ memory });
    const staff = await startAppWithDevices({ memory, strategy: { realm: 'staff' } });
    const cookie = await trusted();
    expect((await staff.login(cookie)).body.code).toBe('challenge_sent');
  });

  it('is refused after a change of the password', async () => {
    const { trusted, login, passwords, emulator } = await startAppWithDevices();
    const cookie = await trusted();
    passwords.set(1, 'the second password');
    expect((await login(cookie)).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });

  it('is refused after a change of the phone number', async () => {
    const { trusted, login, users, emulator } = await startAppWithDevices();
    const cookie = await trusted();
    users.alice.mobile = '+64219999999';
    expect((await login(cookie)).body.code).toBe('challenge_sent');
    expect(emulator.messages.map(({ to }) => to)).toEqual(['+64211111111', '+64219999999']);
  });

  it('is valid until maxAge, which logins do not extend', async () => {
    const clock = stopClock();
    const { trusted, login, emulator } = await startAppWithDevices();
    const first = await trusted();
    clock.advance(20 * day);
    const used = await login(first);
    expect(used.headers['set-cookie']).toEqual(
      expect.arrayContaining([expect.stringContaining(`Max-Age=${(10 * day) / second};`)]),
    );
    clock.advance(10 * day - minute);
    const last = deviceCookieOf(await login(deviceCookieOf(used))) ?? '';
    expect(last).not.toBe('');
    clock.advance(minute);
    expect((await login(last)).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });

  it('is refused if the clock was set back by more than a minute', async () => {
    const clock = stopClock();
    const { trusted, login } = await startAppWithDevices();
    const cookie = await trusted();
    clock.advance(-minute - 1);
    expect((await login(cookie)).body.info).toBeUndefined();
    clock.advance(1);
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('expires by a maxAge that was shortened since', async () => {
    const clock = stopClock();
    const memory = await someMemory();
    const { trusted } = await startAppWithDevices({ memory });
    const strict = await startAppWithDevices({ memory, devices: { maxAge: 3600 } });
    const cookie = await trusted();
    clock.advance(hour);
    expect((await strict.login(cookie)).body.code).toBe('challenge_sent');
  });
});

describe('The secret of a device', () => {
  it('changes with each login', async () => {
    const clock = stopClock();
    const { trusted, login, emulator } = await startAppWithDevices();
    const cookies = [await trusted()];
    for (let logins = 0; logins < 5; logins += 1) {
      clock.advance(minute);
      cookies.push(deviceCookieOf(await login(cookies.at(-1))) ?? '');
    }
    expect(new Set(cookies.map((cookie) => secretsOf(cookie)[1])).size).toBe(6);
    expect(new Set(cookies.map(idOf)).size).toBe(1);
    expect(emulator.messages).toHaveLength(1);
  });

  it('appears in no record, event, error or response but the cookie', async () => {
    const events = listenToEvents();
    const errors: unknown[] = [];
    const { memory, written } = await watchedMemory();
    const { memory: broken, failNext } = await failingMemory();
    const { trusted, login, trust, devices } = await startAppWithDevices({ memory });
    const failing = await startAppWithDevices({
      memory: broken,
      routes: ({ app }) => {
        app.use(((error, _req, _res, next) => {
          errors.push(error);
          next(error);
        }) satisfies express.ErrorRequestHandler);
      },
    });
    const first = await trusted();
    const answer = await login(first);
    const next = deviceCookieOf(answer) ?? '';
    const other = await trust('bob');
    const failed = await failing.trusted();
    for (const operation of ['get', 'set', 'limiter'] as const) {
      failNext(operation);
      await failing.login(failed);
    }
    expect(errors.filter(isTwoFactorError)).toHaveLength(3);
    const texts = [...written].flat().concat(shown(events), shown(errors), shown(devices));
    texts.push(answer.text, other.text);
    for (const cookie of [first, next, failed, deviceCookieOf(other) ?? '']) {
      for (const secret of secretsOf(cookie)) {
        expect(secret).toHaveLength(22);
        for (const text of texts) expect(text).not.toContain(secret);
      }
    }
  });
});

describe('A revoked device', () => {
  it('is refused, and the other devices of the user are not', async () => {
    const { trusted, login, devices, users } = await startAppWithDevices();
    const phone = await trusted('alice');
    const laptop = await trusted('alice');
    expect(await devices.revoke(users.alice, idOf(phone))).toBe(true);
    expect((await login(phone)).body.code).toBe('challenge_sent');
    expect((await login(laptop)).body.info.code).toBe('trusted_device');
    expect(await devices.revoke(users.alice, idOf(phone))).toBe(false);
  });

  it('can be revoked for its own user only', async () => {
    const { trusted, login, devices, users } = await startAppWithDevices();
    const cookie = await trusted('alice');
    expect(await devices.revoke(users.bob, idOf(cookie))).toBe(false);
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
    expect(
      events.filter((event) => Reflect.get(Object(event), 'name') === 'device_revoked'),
    ).toEqual(
      [1, 2].map(() => ({
        name: 'device_revoked',
        owasp: 'authn_token_revoked',
        realm: 'users',
        userId: 1,
      })),
    );
    const again = await trusted('alice');
    expect((await login(again)).body.info.code).toBe('trusted_device');
  });

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
      if (how === 'revoke') await devices.revoke(users.alice, idOf(cookie));
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
      if (how === 'revoke') await devices.revoke(users.alice, idOf(cookie));
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
    await devices.revoke(users.alice, idOf(cookie));
    clock.advance(90 * day - minute);
    for (const [key, record] of written) {
      if (isOfDevice(key)) await memory.store.set(key, record, hour);
    }
    expect((await login(cookie)).body.info).toBeUndefined();
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

  it('fails the login if its record is unreadable', async () => {
    const { memory, written } = await watchedMemory();
    const { trusted, login, emulator } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    for (const key of [...written.keys()].filter(isOfDevice)) {
      await memory.store.set(key, '{"id":1}', thirtyDays);
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
    expect((await devices.list(users.alice)).map(({ id }) => id)).toEqual([idOf(again)]);
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
        id: idOf(phone),
        trustedAt: new Date(at),
        expiresAt: new Date(at + thirtyDays),
        lastUsedAt: new Date(at + 2 * hour),
        userAgent: 'a phone',
      },
      {
        id: idOf(laptop),
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
    expect((await devices.list(users.alice)).map(({ id }) => id)).toEqual([idOf(current)]);
    users.alice.mobile = mobile;
    for (const ended of [old, again]) {
      expect((await login(ended)).body.info).toBeUndefined();
    }
  });
});

describe('trust', () => {
  it('throws info_unknown in a request without a verified code', async () => {
    const { trusted, client, devices } = await startAppWithDevices({
      routes: ({ app, passport, password, strategy: { name } }) => {
        app.post('/by-password', password, async (req, res) => {
          res.json(await devices.trust(req));
        });
        app.post('/made-up', password, async (req, res) => {
          req.authInfo = { code: 'verified', amr: ['mfa', 'sms'], verifiedAt: new Date() };
          res.json(await devices.trust(req));
        });
        const second = passport.authenticate(name, { failWithError: true });
        app.post('/by-device', password, second, async (req, res) => {
          res.json(await devices.trust(req));
        });
      },
    });
    const cookie = await trusted();
    for (const path of ['/by-password', '/made-up', '/by-device']) {
      const answer = await client()
        .post(path)
        .set('Cookie', cookie)
        .send({ username: 'alice', password: 'right' });
      expect(answer.status).toBe(500);
      expect(answer.body.code).toBe('info_unknown');
      expect(answer.body.message).toContain('trust(request)');
    }
  });

  it('throws info_unknown if request.user is not the user of the code', async () => {
    const { browser, emulator, devices, users } = await startAppWithDevices({
      routes: ({ app, passport, strategy: { name } }) => {
        const second = passport.authenticate(name, { phase: 'response' });
        app.post('/switched', second, async (req, res) => {
          req.user = users.bob;
          res.json(await devices.trust(req));
        });
        app.post('/without-user', second, async (req, res) => {
          req.user = undefined;
          res.json(await devices.trust(req));
        });
      },
    });
    for (const path of ['/switched', '/without-user']) {
      const alice = browser();
      await alice.login();
      const answer = await alice.post(path, { code: newestCode(emulator) });
      expect(answer.body.code).toBe('info_unknown');
    }
    expect(await devices.list(users.bob)).toEqual([]);
  });

  it('accepts the code of a step-up, but not of an enrolment', async () => {
    const { browser, emulator, devices, users } = await startAppWithDevices({
      routes: ({ app, passport, strategy: { name } }) => {
        const confirm = passport.authorize(name, { purpose: 'step-up', failWithError: true });
        app.post('/confirm', confirm, async (req, res) => {
          res.json(await devices.trust(req));
        });
        const enrol = passport.authorize(name, {
          purpose: 'enrol',
          destination: () => '+64213333333',
          failWithError: true,
        });
        app.post('/enrol', enrol, async (req, res) => {
          res.json(await devices.trust(req));
        });
      },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator));
    await alice.post('/enrol');
    const enrolled = await alice.post('/enrol', { code: newestCode(emulator) });
    expect(enrolled.body.code).toBe('info_unknown');
    await alice.post('/confirm');
    const confirmed = await alice.post('/confirm', { code: newestCode(emulator) });
    expect(confirmed.body).toBe(true);
    expect(await devices.list(users.alice)).toHaveLength(1);
  });

  it('A34: throws info_unknown after a code that approved a transaction', async () => {
    const { browser, emulator, devices, users } = await startAppWithDevices({
      routes: ({ app, passport, strategy: { name } }) => {
        const pay = { purpose: 'step-up', transaction: () => 'pay 10 to Bob' } as const;
        const paid = passport.authorize(name, { ...pay, failWithError: true });
        app.post('/pay', paid, async (req, res) => {
          res.json(await devices.trust(req));
        });
      },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator));
    await alice.post('/pay');
    const answer = await alice.post('/pay', { code: newestCode(emulator) });
    expect(answer.body.code).toBe('info_unknown');
    expect(await devices.list(users.alice)).toEqual([]);
  });

  it('throws option_invalid if the realm differs from the strategy', async () => {
    const { trust } = await startAppWithDevices({ strategy: { realm: 'staff' } });
    const answer = await trust();
    expect(answer.body.code).toBe('option_invalid');
    expect(answer.body.message).toContain('"realm"');
  });

  it('throws option_invalid without the middleware', async () => {
    const { trust } = await startAppWithDevices({ framework: express });
    const answer = await trust();
    expect(answer.body.code).toBe('option_invalid');
    expect(answer.body.message).toContain('app.use(devices)');
  });

  it('returns false if all devices are revoked meanwhile', async () => {
    const { memory, holdNext } = await watchedMemory();
    const parts = await startAppWithDevices({ memory });
    const { reached, letGo } = holdNext('write');
    const trusting = parts.trust();
    await reached;
    await parts.devices.revokeAll(parts.users.alice);
    letGo();
    const answer = await trusting;
    expect(answer.body.trusted).toBe(false);
    expect((await parts.login(deviceCookieOf(answer))).body.info).toBeUndefined();
  });
});

describe('The device cookie', () => {
  it('has the prefix __Host-, is Secure, HttpOnly and SameSite=Strict, and leaves other cookies alone', async () => {
    const { trust } = await startAppWithDevices({ devices: { cookie: undefined } });
    const cookies = [(await trust()).headers['set-cookie'] ?? []].flat();
    const ours = cookies.find((cookie) => cookie.startsWith('__Host-second-factor-device='));
    expect(ours?.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      `Max-Age=${thirtyDays / second}`,
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    expect(cookies.some((cookie) => cookie.startsWith('connect.sid='))).toBe(true);
  });

  it('is found among other cookies', async () => {
    const { trusted, login } = await startAppWithDevices();
    const cookie = await trusted();
    const answer = await login(`a=b; ${cookie}; c=%d`);
    expect(answer.body.info.code).toBe('trusted_device');
  });

  it('identifies the device of a request in isThis', async () => {
    const { trusted, client, devices, users } = await startAppWithDevices({
      routes: ({ app }) => {
        app.get('/devices', async (req, res) => {
          const list = await devices.list(users.alice);
          res.json(list.map((device) => [device.userAgent, devices.isThis(req, device)]));
        });
      },
    });
    await trusted('alice', '', 'a phone');
    const laptop = await trusted('alice', '', 'a laptop');
    const answer = await client().get('/devices').set('Cookie', laptop);
    expect(Object.fromEntries(answer.body)).toEqual({ 'a phone': false, 'a laptop': true });
  });
});
