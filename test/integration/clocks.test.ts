import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';

const createdIn = (milliseconds: number, id: string) => ({
  reply: 'replaced' as const,
  processed: true,
  status: 201,
  body: JSON.stringify({
    id,
    created: new Date(Date.now() + milliseconds).toISOString(),
    expires: new Date(Date.now() + milliseconds + 5 * minute).toISOString(),
  }),
});

const isClock = (event: unknown) => Object(event).name === 'clock_off';

describe('F28: a difference between two clocks', () => {
  it('of more than a minute from Modica’s is reported, at most once an hour', async () => {
    const heard = listenToEvents();
    const { browser, emulator } = await startApp();
    for (const name of ['alice', 'bob']) {
      emulator.overrideNextReply(createdIn(-2 * minute, name));
      expect((await browser().login(name)).body.code).toBe('challenge_sent');
    }
    expect(heard.filter(isClock)).toEqual([
      { name: 'clock_off', against: 'modica', seconds: -120 },
    ]);
  });

  it('between two processes of the app is reported, and lets no one in', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const heard = listenToEvents();
    clock.advance(-2 * minute);
    expect((await alice.enter(newestCode(emulator))).status).toBe(401);
    expect(heard.filter(isClock)).toEqual([
      { name: 'clock_off', against: 'another process', seconds: 120 },
    ]);
  });

  it('of less is not reported', async () => {
    const heard = listenToEvents();
    const { browser, emulator } = await startApp();
    emulator.overrideNextReply(createdIn(minute / 2, 'alice'));
    await browser().login();
    expect(heard.filter(isClock)).toEqual([]);
  });
});
