import { describe, expect, it } from 'vitest';
import { ModicaProvider } from '../../lib/index.js';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, startEmulator } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';

/** A port that the system assigns to no process. */
const nobodyThere = 'http://127.0.0.1:1';

/** Milliseconds: both together must be over before a resend. */
const patience = 14_000;

/** An app with a second way out: another Modica, under another name. */
async function startWithFallback(strategy: AppOptions['strategy'] = {}) {
  const spare = await startEmulator();
  const fallback = [
    new ModicaProvider({
      ...spare.account,
      name: 'spare',
      timeout: patience,
      acceptedStatuses: ['valid'],
    }),
  ];
  const parts = await startApp({ strategy: { fallback, timeout: patience, ...strategy } });
  return { ...parts, first: parts.emulator, spare };
}

describe('When the first provider provably did not send the message', () => {
  it('the next one sends it, and checks the code in phase two', async () => {
    const { browser, first, spare } = await startWithFallback({ baseUrl: nobodyThere });
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect(first.requests).toHaveLength(0);
    expect(spare.messages).toHaveLength(1);
    expect((await alice.enter(newestCode(spare))).status).toBe(200);
    expect(checks(spare)).toBe(1);
  });

  it.each([
    ['it refuses the credentials', { status: 401 }],
    ['it refuses the message', { status: 400, body: '{"error":"invalid_attrib"}' }],
    ['it refuses for its account', { status: 400, body: '{"error":"broadcast_limit"}' }],
    ['it has had too many requests', { status: 429 }],
  ])('the next one sends it: %s', async (_what, reply) => {
    const { browser, first, spare } = await startWithFallback();
    first.overrideNextReply({ reply: 'replaced', processed: false, ...reply });
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect((await alice.enter(newestCode(spare))).status).toBe(200);
    expect(checks(first)).toBe(0);
  });

  it('the first one is skipped for half a minute, and then used again', async () => {
    const clock = stopClock();
    const { browser, first, spare } = await startWithFallback();
    const heard = listenToEvents();
    await first.stop();
    await browser().login('alice');
    await browser().login('bob');
    expect(heard.filter(isDown)).toHaveLength(1);
    expect(spare.messages).toHaveLength(2);
    clock.advance(30 * second);
    await browser().login('alice');
    expect(heard.filter(isDown)).toHaveLength(1);
    clock.advance(6 * minute);
    await browser().login('alice');
    expect(heard.filter(isDown)).toHaveLength(2);
  });

  it("and no other sends it, the first one's error is returned and nothing is counted", async () => {
    const clock = stopClock();
    const { browser, first, spare } = await startWithFallback({ limits: { sendsPerHour: 1 } });
    await Promise.all([first.stop(), spare.stop()]);
    for (let times = 0; times < 3; times += 1) {
      const answer = await browser().login();
      expect([answer.status, answer.body.code]).toEqual([503, 'provider_unavailable']);
      clock.advance(minute);
    }
    await first.start();
    expect((await browser().login()).status).toBe(503);
  });
});

describe('When it is unknown whether the first provider sent the message', () => {
  it.each([
    ['a lost answer', { reply: 'lost', processed: true } as const],
    ['a 500', { reply: 'replaced', processed: false, status: 500 } as const],
    [
      'an answer that is not documented',
      { reply: 'replaced', processed: false, status: 200 } as const,
    ],
  ])(
    'no other sends it automatically, and the resend goes to the next: %s',
    async (_what, override) => {
      const clock = stopClock();
      const { browser, first, spare } = await startWithFallback();
      first.overrideNextReply(override);
      const alice = browser();
      expect((await alice.login()).status).toBeGreaterThanOrEqual(500);
      expect((await alice.login()).body.challenge).toMatchObject({
        reused: true,
        delivery: 'unknown',
      });
      expect(spare.messages).toHaveLength(0);
      clock.advance(30 * second);
      expect((await alice.resend()).body.code).toBe('challenge_sent');
      expect(spare.messages).toHaveLength(1);
      expect(first.requests).toHaveLength(1);
      expect((await alice.enter(newestCode(spare))).status).toBe(200);
    },
  );

  it("and the resend's answer is lost too, the code of the previous message stays valid", async () => {
    const clock = stopClock();
    const { browser, first, spare } = await startWithFallback();
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    first.overrideNextReply({ reply: 'lost', processed: false });
    expect((await alice.resend()).status).toBe(504);
    expect((await alice.enter(newestCode(first))).status).toBe(200);
    expect(spare.requests).toHaveLength(0);
  });
});

const isDown = (event: unknown) => Reflect.get(Object(event), 'name') === 'provider_failed';
