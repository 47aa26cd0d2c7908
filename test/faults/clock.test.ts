import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { hour, minute, stopClock } from '../fixtures/clock.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { closedGate } from '../fixtures/gate.js';

const year = 365 * 24 * hour;

describe('F8: a clock that jumps', () => {
  it('forward by a year between the phases invalidates the code, and a new login works', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    clock.advance(year);
    expect((await alice.enter(newestCode(emulator))).status).toBe(401);
    expect(checks(emulator)).toBe(0);
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it.each([
    ['an hour', hour],
    ['a year', year],
  ])(
    'back by %s between the phases invalidates the code, and no second SMS is sent',
    async (_how, jump) => {
      const clock = stopClock();
      const { browser, emulator } = await startApp();
      const alice = browser();
      await alice.login();
      clock.advance(-jump);
      expect((await alice.enter(newestCode(emulator))).status).toBe(401);
      expect((await alice.login()).body.code).toBe('resend_too_soon');
      expect(checks(emulator)).toBe(0);
      expect(emulator.messages).toHaveLength(1);
    },
  );

  it.each([
    ['forward by an hour', hour],
    ['back by an hour', -hour],
  ])('%s while the SMS is on its way invalidates its code', async (_how, jump) => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const gate = closedGate();
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const arrived = new Promise((resolve) => emulator.once('message', resolve));
    const alice = browser();
    const sending = alice.login().then((answer) => answer);
    await arrived;
    clock.advance(jump);
    gate.open();
    await sending;
    expect((await alice.enter(newestCode(emulator))).status).toBe(401);
    expect(checks(emulator)).toBe(0);
  });

  it('back by a minute extends nothing and locks no one out: the next login works', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    await browser().login();
    clock.advance(-minute);
    clock.advance(2 * minute);
    const alice = browser();
    await alice.login();
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });
});
