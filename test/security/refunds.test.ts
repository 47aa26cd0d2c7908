import { describe, expect, it } from 'vitest';
import { type App, startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';

type Reply = { readonly status: number; readonly body?: string };

/** Posts wrong codes, which the provider answers so, to as many challenges as the hours allow. */
async function guessUnder(
  app: App,
  reply: Reply,
  hours: number,
  clock: { advance(ms: number): void },
) {
  const { browser, emulator } = app;
  const codes = new Set<string>();
  for (let passed = 0; passed < hours * 60; passed += 12) {
    const alice = browser();
    codes.add((await alice.login()).body.code);
    for (let tried = 0; tried < 8; tried += 1) {
      emulator.overrideNextReply({
        path: '/responses',
        reply: 'replaced',
        processed: true,
        ...reply,
      });
      codes.add((await alice.enter(wrongCodeFor(emulator))).body.code);
    }
    clock.advance(12 * minute);
  }
  return codes;
}

describe("A4, A5: the provider's faults allow no further guesses", () => {
  it.each([401, 429])('on one challenge: %i', async (status) => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    for (let tried = 0; tried < 20; tried += 1) {
      emulator.overrideNextReply({
        path: '/responses',
        reply: 'replaced',
        processed: true,
        status,
      });
      await alice.enter(wrongCodeFor(emulator));
    }
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('too_many_attempts');
  });

  it.each<[string, Reply]>([
    ['a 500', { status: 500 }],
    ['a 404', { status: 404 }],
    ['a 400 of another form', { status: 400, body: '{}' }],
    ['a 201 of another type', { status: 201, body: '{"status":false}' }],
  ])('A26: over weeks: %s for every incorrect code ends at a hundred', async (_what, reply) => {
    const clock = stopClock();
    const app = await startApp({
      strategy: { limits: { sendsPerHour: 1000, unansweredSendsPerHour: 1000 } },
    });
    await guessUnder(app, reply, 5, clock);
    expect(checks(app.emulator)).toBe(100);
    expect((await app.browser().login()).body).toMatchObject({ code: 'user_locked' });
  });
});

describe('A message that was not sent costs nothing of the hour', () => {
  it('with a 429: after five throttled logins the next one is sent', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    for (let tried = 0; tried < 6; tried += 1) {
      emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 429 });
      await browser().login();
      clock.advance(minute);
    }
    expect((await browser().login()).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(1);
  });
});
