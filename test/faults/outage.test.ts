import { describe, expect, it } from 'vitest';
import type { ReplacedReply } from '../../lib/emulator/index.js';
import { type App, startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';

type ReplyOverride = Parameters<App['emulator']['overrideNextReply']>[0];

/** The ways in which a provider that is down may have sent all the same. */
const outages: readonly [string, ReplyOverride][] = [
  ['answers 503', { reply: 'replaced', processed: true, status: 503 }],
  ['loses its answers', { reply: 'lost', processed: true }],
  ['is behind a maintenance page', { reply: 'replaced', processed: true, status: 200 }],
];

describe('F11: when the provider is down for minutes', () => {
  it.each(outages)(
    'F11: where it %s, it refuses no one once it is back',
    async (_how, override) => {
      const clock = stopClock();
      const { browser, emulator } = await startApp({
        strategy: {
          limits: { sendsPerHourTotal: 5, sendsPerHourPerIp: 5, unansweredSendsPerHour: 2 },
        },
      });
      const alice = browser();
      emulator.overrideNextReply(override);
      const tried = [(await alice.login()).status];
      for (let tries = 0; tries < 10; tries += 1) {
        clock.advance(30 * second);
        emulator.overrideNextReply(override);
        tried.push((await alice.resend()).status);
      }
      expect(tried).not.toContain(429);
      clock.advance(30 * second);
      expect((await alice.resend()).body.code).toBe('challenge_sent');
      expect((await browser().login('bob')).body.code).toBe('challenge_sent');
    },
  );

  it('F11: a user who shares a number with others waits no longer than the cooldown', async () => {
    const clock = stopClock();
    const { browser, emulator, users } = await startApp();
    users.bob.mobile = users.alice.mobile;
    for (const name of ['alice', 'bob']) {
      emulator.overrideNextReply({ reply: 'lost', processed: true });
      expect((await browser().login(name)).status).toBe(504);
    }
    clock.advance(30 * second);
    const bob = browser();
    await bob.login('bob');
    expect((await bob.resend()).body.code).toBe('challenge_sent');
    users.all.push({ id: 3, name: 'carol', mobile: users.alice.mobile });
    expect((await browser().login('carol')).body.code).toBe('challenge_sent');
  });

  it('A20: while outcomes are unknown a number gets one message per cooldown from all users together', async () => {
    const clock = stopClock();
    const { browser, emulator, users } = await startApp();
    const people = Array.from({ length: 10 }, (_, index) => ({
      id: 10 + index,
      name: `user${index}`,
      mobile: '+64213333333',
    }));
    users.all.push(...people);
    const logInAll = async () => {
      for (const { name } of people) {
        emulator.overrideNextReply({ reply: 'replaced', processed: true, status: 503 });
        await browser().login(name);
      }
      return emulator.messages.length;
    };
    // The first one, before anything was lost, and one in doubt.
    expect(await logInAll()).toBe(2);
    clock.advance(30 * second);
    expect(await logInAll()).toBe(3);
    clock.advance(30 * second);
    expect(await logInAll()).toBe(4);
  });
});

const answersThatAreNot: readonly [string, Partial<ReplacedReply>][] = [
  ['a 403 of a firewall', { status: 403, body: '<html>' }],
  ['a maintenance page', { status: 200, body: '<html>' }],
  ['a redirect to a status page', { status: 302, headers: { location: 'https://status.test' } }],
  ['a 503', { status: 503, body: '<html>' }],
];

describe("F12: when the answers are not the API's", () => {
  it.each(answersThatAreNot)('F12: ten correct codes and %s lock no one', async (_what, reply) => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    for (let wave = 0; wave < 2; wave += 1) {
      const alice = browser();
      await alice.login();
      for (let tried = 0; tried < 5; tried += 1) {
        emulator.overrideNextReply({
          path: '/responses',
          processed: false,
          ...reply,
          reply: 'replaced',
        });
        expect((await alice.enter(newestCode(emulator))).status).toBeGreaterThanOrEqual(502);
      }
      expect((await alice.enter(newestCode(emulator))).body.code).toBe('too_many_attempts');
      clock.advance(31 * second);
    }
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('F12: they do not double a later lock after real failures', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp({ strategy: { limits: { failuresPerUser: 5 } } });
    for (let outage = 0; outage < 3; outage += 1) {
      const alice = browser();
      await alice.login();
      for (let tried = 0; tried < 5; tried += 1) {
        emulator.overrideNextReply({
          path: '/responses',
          reply: 'replaced',
          processed: false,
          status: 403,
        });
        await alice.enter(newestCode(emulator));
      }
      clock.advance(31 * second);
    }
    const guesser = browser();
    await guesser.login();
    for (let tried = 0; tried < 5; tried += 1) await guesser.enter(wrongCodeFor(emulator));
    expect((await browser().login()).body).toMatchObject({ code: 'user_locked', retryAfter: 900 });
    clock.advance(15 * minute);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });
});
