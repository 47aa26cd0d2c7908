import { describe, expect, it } from 'vitest';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { listenToEvents } from '../fixtures/events.js';
import type { Profile, StrategyOptions } from './profile.js';
import { infobipManyTimes } from './profiles/infobip.js';
import { modicaByError } from './profiles/modica.js';
import { nexmoShortCode } from './profiles/nexmo.js';
import { startWith } from './start.js';

/** Numbers that all of them text. */
const mobiles = { alice: '+12125550123', bob: '+12125550124' };

const profiles = [modicaByError, infobipManyTimes, nexmoShortCode];

/** Each as the first one, with each other as the next. */
const pairs = profiles.flatMap((first) =>
  profiles
    .filter((next) => next !== first)
    .map((next) => [first.title, next.title, first, next] as const),
);

async function startPair(first: Profile, next: Profile, options: Partial<StrategyOptions> = {}) {
  const spare = await next.start();
  const app = await startWith({ ...first, mobiles }, { fallback: [spare.provider], ...options });
  const spareCode = () => spare.emulator.messages.at(-1)?.code;
  /** How often the next one is asked about a code, where that is by a request. */
  const asked = (times: number) => (next.checks === 'there' ? times : 0);
  return { ...app, spare, spareCode, asked };
}

const isDown = (event: unknown) => Reflect.get(Object(event), 'name') === 'provider_failed';

describe.each(pairs)('%s is down, beside %s', (_first, _next, first, next) => {
  it('the code goes out through the other, and phase two goes to whoever sent it', async () => {
    const { asked, browser, checks, emulator, goDown, spare, spareCode } = await startPair(
      first,
      next,
    );
    await goDown();
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect((await alice.enter('987654')).body.code).toBe('code_incorrect');
    expect((await alice.enter(spareCode())).body.user.name).toBe('alice');
    expect([spare.sends(), spare.checks()]).toEqual([1, asked(2)]);
    expect([emulator.messages.length, checks()]).toEqual([0, 0]);
  });

  it('nobody after the first user waits for it: it is passed over for half a minute', async () => {
    const clock = stopClock();
    const heard = listenToEvents();
    const { browser, goDown, spare } = await startPair(first, next);
    await goDown();
    await browser().login('alice');
    clock.advance(29 * second);
    await browser().login('bob');
    expect(spare.sends()).toBe(2);
    expect(heard.filter(isDown)).toHaveLength(1);
  });

  it('a resend while it is still down comes from the other too', async () => {
    const clock = stopClock();
    const { browser, goDown, spare, spareCode } = await startPair(first, next);
    await goDown();
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    expect((await alice.resend()).body.code).toBe('challenge_sent');
    expect(spare.sends()).toBe(2);
    expect((await alice.enter(spareCode())).status).toBe(200);
  });

  it('a resend once it is back comes from it, and so does the answer to a code', async () => {
    const clock = stopClock();
    const { asked, browser, emulator, goDown, newestCode, spare, spareCode } = await startPair(
      first,
      next,
    );
    const comeBack = await goDown();
    const alice = browser();
    await alice.login();
    await comeBack();
    clock.advance(30 * second);
    await alice.resend();
    expect([emulator.messages.length, spare.emulator.messages.length]).toEqual([1, 1]);
    expect((await alice.enter(spareCode())).body.code).toBe('code_incorrect');
    expect((await alice.enter(newestCode())).status).toBe(200);
    expect(spare.checks()).toBe(asked(0));
  });

  it('a code is not taken to the other because it cannot be checked', async () => {
    const { browser, goDown, newestCode, spare } = await startPair(first, next);
    const alice = browser();
    await alice.login();
    await goDown();
    const answer = await alice.enter(newestCode());
    expect(answer.status).toBe(first.checks === 'there' ? 503 : 200);
    expect(spare.emulator.requests).toHaveLength(0);
  });

  it('and the other is down too: a typed error, and nothing is counted', async () => {
    const { browser, goDown, spare } = await startPair(first, next, {
      limits: { sendsPerHour: 1 },
    });
    const comeBack = await goDown();
    await spare.emulator.stop();
    const refused = await browser().login();
    expect([refused.status, refused.body.code]).toEqual([503, 'provider_unavailable']);
    await comeBack();
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });
});

// What a provider refuses does not hang on who comes next: one is enough for each.
const beside = pairs.filter(
  ([first], index) => pairs.findIndex(([other]) => other === first) === index,
);
const refusing = beside.flatMap(([, , first, next]) =>
  Object.values(first.refusals)
    .flat()
    .map((reply) => [first.title, reply.what, next.title, first, next, reply] as const),
);

it.each(refusing)(
  '%s refuses (%s): the code goes out through %s',
  async (_first, _what, _next, first, next, { what: _, ...reply }) => {
    const { overrideNextReply, browser, checks, sends, spare, spareCode } = await startPair(
      first,
      next,
    );
    overrideNextReply('send', { ...reply, reply: 'replaced', processed: false });
    const alice = browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    expect([sends(), spare.sends()]).toEqual([1, 1]);
    expect((await alice.enter(spareCode())).status).toBe(200);
    expect(checks()).toBe(0);
  },
);

describe.each(pairs)('Nobody knows whether %s took it, beside %s', (_first, _next, first, next) => {
  it.each([
    ['its answer is lost', { reply: 'lost', processed: true }],
    ['it answers 503', { reply: 'replaced', processed: true, status: 503 }],
    ['it answers what is not documented', { reply: 'replaced', processed: true, body: 'odd' }],
  ] as const)(
    'no second SMS until the user asks; that one is the other’s: %s',
    async (_what, override) => {
      const clock = stopClock();
      const { overrideNextReply, browser, emulator, newestCode, sends, spare, spareCode } =
        await startPair(first, next);
      overrideNextReply('send', override);
      const alice = browser();
      expect((await alice.login()).status).toBeGreaterThanOrEqual(502);
      clock.advance(minute);
      expect((await alice.login()).body.challenge).toMatchObject({
        delivery: 'unknown',
        reused: true,
      });
      expect((await alice.enter(newestCode())).body.code).toBe('delivery_unknown');
      expect([emulator.messages.length, spare.sends()]).toEqual([1, 0]);
      expect((await alice.resend()).body.code).toBe('challenge_sent');
      expect([sends(), spare.sends()]).toEqual([1, 1]);
      expect((await alice.enter(spareCode())).status).toBe(200);
    },
  );

  it('after the first SMS it loses a resend: the code before is good, and the next is the other’s', async () => {
    const clock = stopClock();
    const { overrideNextReply, browser, newestCode, sends, spare, spareCode } = await startPair(
      first,
      next,
    );
    const alice = browser();
    await alice.login();
    const before = newestCode();
    clock.advance(30 * second);
    overrideNextReply('resend', { reply: 'lost', processed: false });
    expect((await alice.resend()).status).toBe(504);
    const bob = browser();
    await bob.login('alice');
    clock.advance(30 * second);
    expect(spare.sends()).toBe(0);
    expect((await bob.resend()).body.code).toBe('challenge_sent');
    expect([sends(), spare.sends()]).toEqual([2, 1]);
    expect((await bob.enter(before)).body.code).toBe('code_incorrect');
    expect((await alice.enter(spareCode())).status).toBe(200);
  });
});

describe('What the first one cannot do', () => {
  it.each([infobipManyTimes, nexmoShortCode].map((first) => [first.title, first] as const))(
    'a payment that a text of %s could not show goes out through one that shows it',
    async (_title, first) => {
      const { logIn, sends, spare, spareCode } = await startPair(first, modicaByError);
      const alice = await logIn();
      expect((await alice.post('/pay')).body.code).toBe('challenge_sent');
      expect([sends(), spare.sends()]).toEqual([1, 1]);
      expect(spare.emulator.messages.at(-1)?.text).toContain('payee "ACME"');
      expect((await alice.post('/pay', { code: spareCode() })).status).toBe(200);
    },
  );

  it('a payment that neither could show is a typed error, and nobody is asked to send', async () => {
    const { logIn, sends, spare } = await startPair(infobipManyTimes, nexmoShortCode);
    const alice = await logIn();
    const refused = await alice.post('/pay');
    expect([refused.status, refused.body.code]).toEqual([500, 'option_invalid']);
    expect([sends(), spare.sends()]).toEqual([1, 0]);
  });

  it.each([modicaByError, infobipManyTimes].map((next) => [next.title, next] as const))(
    "a number outside of the US is none of Nexmo's, which is not asked; %s texts it",
    async (_title, next) => {
      const { browser, emulator, spareCode, users } = await startPair(nexmoShortCode, next);
      users.alice.mobile = '+64211111111';
      const alice = browser();
      await alice.login();
      expect(emulator.requests).toHaveLength(0);
      expect((await alice.enter(spareCode())).status).toBe(200);
    },
  );
});
