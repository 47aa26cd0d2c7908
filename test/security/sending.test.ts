import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Sends } from '../../lib/limits/sends.js';
import { startApp } from '../fixtures/app.js';
import { someSubject } from '../fixtures/challenges.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { limitSettings } from '../fixtures/limits.js';
import { beforeCounting, someMemory } from '../fixtures/memory.js';
import { startAppWithPurposes } from '../fixtures/purposes.js';

const credentials = (username: string) => ({ username, password: 'right' });

describe('SMS bombing', () => {
  it('A20: sends one SMS with fifty parallel logins without cookies, any of which can finish', async () => {
    const { browser, emulator } = await startApp();
    const browsers = Array.from({ length: 50 }, browser);
    const answers = await Promise.all(browsers.map((each) => each.login()));
    expect(answers.map(({ body }) => body.code)).toEqual(Array(50).fill('challenge_sent'));
    expect(emulator.messages).toHaveLength(1);
    const last = browsers.at(-1);
    expect((await last?.enter(newestCode(emulator)))?.status).toBe(200);
  });

  it('A20: is not helped by a success after the cooldown, which releases no other send lock', async () => {
    const clock = stopClock();
    const memory = await someMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    const sends = new Sends(memory.limiter, limitSettings());
    const login = someSubject({ destination: '+64211111111' });
    expect(await sends.claim(login)).toMatchObject({ allowed: true });
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
    expect(await sends.claim(login)).toMatchObject({ allowed: false });
  });

  it('A20: sends one number no more than the hourly limit, from any user and address', async () => {
    const clock = stopClock();
    const { browser, emulator, users } = await startApp({
      strategy: { limits: { sendsPerHour: 2 } },
    });
    users.bob.mobile = users.alice.mobile;
    for (const name of ['alice', 'bob', 'alice', 'bob', 'alice']) {
      await browser().login(name);
      // Past the cooldown and the challenge's expiry, so that no challenge is reused.
      clock.advance(6 * minute);
    }
    expect(emulator.messages).toHaveLength(2);
    clock.advance(31 * minute);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });

  it('A20: sends one user no more than the hourly limit, to any number', async () => {
    const { browser, emulator, users } = await startApp({
      strategy: { limits: { sendsPerHour: 2 } },
    });
    for (let number = 1; number <= 5; number += 1) {
      users.alice.mobile = `+6421111111${number}`;
      await browser().login();
    }
    expect(emulator.messages).toHaveLength(2);
  });

  it('A20: sends no more than the hourly limit of the whole app', async () => {
    const { browser, emulator } = await startApp({
      strategy: { limits: { sendsPerHourTotal: 1 } },
    });
    expect((await browser().login('alice')).body.code).toBe('challenge_sent');
    const refused = await browser().login('bob');
    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe('send_limit_reached');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3500);
    expect(emulator.messages).toHaveLength(1);
  });

  it('does not start a cooldown with a resend that is refused for a lock', async () => {
    const clock = stopClock();
    const { browser, emulator, strategy, users } = await startApp({
      strategy: { limits: { failuresPerUser: 1 } },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    clock.advance(31 * second);
    expect((await alice.resend()).body.code).toBe('user_locked');
    await strategy.unlock(users.alice.id);
    expect((await alice.resend()).body.code).toBe('challenge_sent');
  });

  it('is refused with the lock rather than with the missing attempts', async () => {
    const { browser, emulator } = await startApp({
      strategy: { limits: { failuresPerUser: 1, attemptsPerChallenge: 1 } },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    expect((await alice.resend()).body.code).toBe('user_locked');
  });

  it('does not take the send lock with a resend that has no attempts left', async () => {
    const clock = stopClock();
    let rightsAsked = 0;
    const memory = beforeCounting(await someMemory(), 'send-right', () => {
      rightsAsked += 1;
    });
    const { browser, emulator } = await startApp({
      strategy: { ...memory, limits: { attemptsPerChallenge: 1 } },
    });
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    clock.advance(31 * second);
    expect((await alice.resend()).body.code).toBe('too_many_attempts');
    expect(rightsAsked).toBe(1);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });

  it('never announces a code that a limit has held back', async () => {
    const { browser, emulator } = await startApp({
      strategy: { limits: { sendsPerHourTotal: 1 } },
    });
    await browser().login('alice');
    for (const answer of [await browser().login('bob'), await browser().login('bob')]) {
      expect(answer.body.code).toBe('send_limit_reached');
    }
    expect(emulator.messages).toHaveLength(1);
  });

  it('never announces a code that a limit is just holding back, to any of twenty parallel logins', async () => {
    const memory = beforeCounting(await someMemory(), 'sends-overall', () => delay(100));
    const { browser, emulator } = await startApp({
      strategy: { ...memory, limits: { sendsPerHourTotal: 1 } },
    });
    await browser().login('alice');
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser().login('bob')));
    expect(answers.map(({ body }) => body.code)).not.toContain('challenge_sent');
    expect(answers.map(({ body }) => body.code)).toContain('send_limit_reached');
    expect(emulator.messages).toHaveLength(1);
  });

  it('A20: sends once per cooldown with the resend button', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    const answers = await Promise.all(Array.from({ length: 50 }, () => alice.resend()));
    expect(answers.filter(({ body }) => body.code === 'challenge_sent')).toHaveLength(1);
    expect(emulator.messages).toHaveLength(2);
  });

  it('A20: sends nothing outside the allowed prefixes', async () => {
    const { browser, emulator, users } = await startApp({
      strategy: { allowedPrefixes: ['+64', '+1809'] },
    });
    users.alice.mobile = '+18095550100';
    users.bob.mobile = '+447700900000';
    expect((await browser().login('alice')).body.code).toBe('challenge_sent');
    expect((await browser().login('bob')).body.code).toBe('destination_unusable');
    expect(emulator.messages).toHaveLength(1);
  });

  it('A20: sends nothing with a GET, with any login', async () => {
    const { browser, emulator } = await startApp({
      routes: ({ app, passport }) => {
        app.get('/bomb', passport.authenticate('modica-2fa', { failWithError: true }));
        app.get('/step', passport.authorize('modica-2fa', { purpose: 'step-up' }));
      },
    });
    const alice = browser();
    const refused = await alice.get('/bomb?username=alice&password=right');
    expect(refused.status).toBe(405);
    expect(refused.headers['allow']).toBe('POST');
    expect(refused.body.code).toBe('method_not_allowed');
    await alice.login();
    await alice.enter(newestCode(emulator));
    expect((await alice.get('/step')).status).toBe(405);
    expect(emulator.messages).toHaveLength(1);
  });

  it("A27: with an enrolment uses up neither sends nor attempts of the number's owner", async () => {
    const clock = stopClock();
    const { browser, emulator, logIn, seen } = await startAppWithPurposes();
    const mallory = await logIn('bob');
    seen.newNumber = '+64211111111';
    for (let sent = 0; sent < 5; sent += 1) {
      await mallory.post('/enrol');
      await mallory.post('/enrol', { code: wrongCodeFor(emulator) });
      clock.advance(6 * minute);
    }
    expect((await mallory.post('/enrol')).body.code).toBe('send_limit_reached');
    const alice = browser();
    expect((await alice.login('alice')).body.code).toBe('challenge_sent');
    expect((await browser().login('bob')).body.code).toBe('challenge_sent');
  });
});

describe('Evading the limits', () => {
  it('A21: with rotating IPv6 addresses of one network sends no more than the limit', async () => {
    const { app, client } = await startApp({
      strategy: { limits: { sendsPerHourPerIp: 1 } },
    });
    app.set('trust proxy', 'loopback');
    const from = (address: string, username: string) =>
      client()
        .post('/login')
        .set('X-Forwarded-For', address)
        .send({ username, password: 'right' })
        .then(({ body }) => body.code);
    expect(await from('2001:db8:1:2::1', 'alice')).toBe('challenge_sent');
    expect(await from('2001:db8:1:2:ffff::9', 'bob')).toBe('send_limit_reached');
    expect(await from('2001:db8:1:3::1', 'bob')).toBe('challenge_sent');
  });

  it('A21: with a forged X-Forwarded-For fails unless the app trusts the proxy', async () => {
    const { client, emulator } = await startApp({
      strategy: { limits: { sendsPerHourPerIp: 1 } },
    });
    const from = (address: string, username: string) =>
      client().post('/login').set('X-Forwarded-For', address).send(credentials(username));
    expect((await from('203.0.113.1', 'alice')).body.code).toBe('challenge_sent');
    expect((await from('203.0.113.2', 'bob')).body.code).toBe('send_limit_reached');
    expect(emulator.messages).toHaveLength(1);
  });

  it('A21: with a chain of proxies fails, because the address that the trusted one saw counts', async () => {
    const { app, client } = await startApp({
      strategy: { limits: { sendsPerHourPerIp: 1 } },
    });
    app.set('trust proxy', 1);
    const from = (chain: string, username: string) =>
      client().post('/login').set('X-Forwarded-For', chain).send(credentials(username));
    expect((await from('198.51.100.1, 203.0.113.9', 'alice')).body.code).toBe('challenge_sent');
    expect((await from('198.51.100.2, 203.0.113.9', 'bob')).body.code).toBe('send_limit_reached');
  });
});
