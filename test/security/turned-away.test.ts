import { describe, expect, it } from 'vitest';
import { minute, stopClock } from '../fixtures/clock.js';
import { startAppWithPurposes } from '../fixtures/purposes.js';

/** A logged-in user who enrols ever new numbers, and a Modica that turns every one away. */
async function enrolMany(status: number, body: string) {
  const clock = stopClock();
  const app = await startAppWithPurposes();
  const alice = await app.logIn();
  const sent = app.emulator.messages.length;
  const enrol = async (times: number) => {
    const asked = app.emulator.requests.length;
    for (let time = 0; time < times; time += 1) {
      app.seen.newNumber = `+6421${3_000_000 + app.emulator.requests.length}`;
      app.emulator.overrideNextReply({
        path: '/challenges',
        reply: 'replaced',
        processed: false,
        status,
        body,
      });
      await alice.post('/enrol');
    }
    return app.emulator.requests.length - asked;
  };
  return { ...app, clock, enrol, smsSince: () => app.emulator.messages.length - sent };
}

describe('A20: requests that the provider refuses', () => {
  it.each([
    ['for a word that nothing maps', 400, '{"error":"invalid_json"}'],
    ["for the account's own fault", 400, '{"error":"broadcast_limit"}'],
    ['for refused credentials', 401, ''],
    ['by a throttle', 429, ''],
  ])('are limited to ten in five minutes for each user: %s', async (_why, ...reply) => {
    const { enrol, smsSince, clock } = await enrolMany(...reply);
    expect(await enrol(15)).toBe(10);
    clock.advance(5 * minute);
    expect(await enrol(3)).toBe(3);
    expect(smsSince()).toBe(0);
  });
});

describe('F16: a retry after the fault is over', () => {
  it('gets a code, with nothing used up', async () => {
    const { enrol, seen, logIn } = await enrolMany(400, '{"error":"broadcast_limit"}');
    await enrol(9);
    seen.newNumber = '+64213333333';
    const alice = await logIn();
    expect((await alice.post('/enrol')).body.code).toBe('challenge_sent');
  });
});
