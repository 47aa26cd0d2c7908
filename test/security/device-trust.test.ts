import express from 'express';
import { describe, expect, it, vi } from 'vitest';
import { hour, second } from '../fixtures/clock.js';
import { deviceCookieOf, startAppWithDevices, watchedMemory } from '../fixtures/devices.js';
import { newestCode } from '../fixtures/emulator.js';
import { someRecoveryCodes } from '../fixtures/recovery-codes.js';

const day = 24 * hour;
const thirtyDays = 30 * day;

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

  it('returns false after a recovery code, which proves no number, and keeps earlier devices', async () => {
    const stored = await someRecoveryCodes();
    const { browser, trusted, login, devices, users } = await startAppWithDevices({
      strategy: { recoveryCodes: stored.option },
    });
    const cookie = await trusted();
    const alice = browser();
    await alice.login();
    const answer = await alice.post('/trust', { recoveryCode: stored.code() });
    expect(answer.body.trusted).toBe(false);
    expect(deviceCookieOf(answer)).toBeUndefined();
    expect(await devices.list(users.alice)).toHaveLength(1);
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
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

describe('A device whose trusting was interrupted', () => {
  it('is not trusted if all devices were revoked meanwhile, though it is stored and has its cookie', async () => {
    const { memory, holdNext } = await watchedMemory();
    const { trust, login, devices, users } = await startAppWithDevices({ memory });
    const { reached, letGo } = holdNext('write');
    const trusting = trust();
    await reached;
    await devices.revokeAll(users.alice);
    // Nothing can be checked after the write, as if the process had been killed.
    const get = vi.spyOn(memory.store, 'get').mockRejectedValue(new Error('killed'));
    letGo();
    const answer = await trusting;
    get.mockRestore();
    expect(answer.body.code).toBe('store_failed');
    expect((await login(deviceCookieOf(answer))).body.code).toBe('challenge_sent');
  });
});

describe('A device that another one replaces while it logs in', () => {
  it('is not trusted any more, although its record is written last', async () => {
    const { memory, holdNext } = await watchedMemory();
    const { trusted, login } = await startAppWithDevices({ memory });
    const cookie = await trusted();
    const { reached, letGo } = holdNext('write');
    const loggingIn = login(cookie).then((answer) => answer);
    await reached;
    await trusted('alice', cookie);
    letGo();
    const successor = deviceCookieOf(await loggingIn);
    for (const old of [cookie, successor]) {
      expect((await login(old)).body.info).toBeUndefined();
    }
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

  it('has the prefix __Secure- on a path, which __Host- does not allow', async () => {
    const { trust } = await startAppWithDevices({ devices: { cookie: { path: '/app' } } });
    const cookies = [(await trust()).headers['set-cookie'] ?? []].flat();
    const ours = cookies.find((cookie) => cookie.startsWith('__Secure-second-factor-device='));
    expect(ours?.split('; ')).toContain('Path=/app');
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
