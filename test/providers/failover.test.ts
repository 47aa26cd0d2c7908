import { describe, expect, it } from 'vitest';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { listenToEvents } from '../fixtures/events.js';
import type { Profile, StrategyOptions } from './profile.js';
import { infobipManyTimes } from './profiles/infobip.js';
import { modicaByError } from './profiles/modica.js';
import { nexmoShortCode } from './profiles/nexmo.js';
import { startWith } from './start.js';

/** Numbers that every provider accepts. */
const mobiles = { alice: '+12125550123', bob: '+12125550124' };

const profiles = [modicaByError, infobipManyTimes, nexmoShortCode];

/** Each provider as the first, with each other as its fallback. */
const pairs = profiles.flatMap((first) =>
  profiles
    .filter((next) => next !== first)
    .map((next) => [first.title, next.title, first, next] as const),
);

async function startPair(first: Profile, next: Profile, options: Partial<StrategyOptions> = {}) {
  const spare = await next.start();
  const app = await startWith({ ...first, mobiles }, { fallback: [spare.provider], ...options });
  const spareCode = () => spare.emulator.messages.at(-1)?.code;
  /** The number of checks at the fallback, if it checks codes with a request. */
  const asked = (times: number) => (next.checks === 'there' ? times : 0);
  return { ...app, spare, spareCode, asked };
}

const isDown = (event: unknown) => Reflect.get(Object(event), 'name') === 'provider_failed';

describe.each(pairs)('When %s is down, with %s as fallback,', (_first, _next, first, next) => {
  it('the fallback sends the code and checks it', async () => {
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

  it('only the first user waits for it: it is skipped for half a minute', async () => {
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

  it('the fallback sends the resend, too', async () => {
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

  it('it sends and checks a resend after it is back', async () => {
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

  it('a code that it sent is not checked by the fallback', async () => {
    const { browser, goDown, newestCode, spare } = await startPair(first, next);
    const alice = browser();
    await alice.login();
    await goDown();
    const answer = await alice.enter(newestCode());
    expect(answer.status).toBe(first.checks === 'there' ? 503 : 200);
    expect(spare.emulator.requests).toHaveLength(0);
  });

  it('and so is the fallback, the login is a typed error, and nothing is counted', async () => {
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

// A refusal does not depend on the fallback, so one pair for each provider is enough.
const beside = pairs.filter(
  ([first], index) => pairs.findIndex(([other]) => other === first) === index,
);
const refusing = beside.flatMap(([, , first, next]) =>
  Object.values(first.refusals)
    .flat()
    .map((reply) => [first.title, reply.what, next.title, first, next, reply] as const),
);

it.each(refusing)(
  'When %s refuses (%s), the fallback %s sends the code',
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

describe.each(pairs)(
  'When it is unknown whether %s sent, with %s as fallback,',
  (_first, _next, first, next) => {
    it.each([
      ['its answer is lost', { reply: 'lost', processed: true }],
      ['it answers 503', { reply: 'replaced', processed: true, status: 503 }],
      [
        'it answers with an undocumented reply',
        { reply: 'replaced', processed: true, body: 'odd' },
      ],
    ] as const)(
      'no second SMS goes out until the user requests one, which the fallback sends: %s',
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

    it('after a lost resend the code before is still valid, and the fallback sends the next', async () => {
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
  },
);

describe('A message that the first provider cannot send', () => {
  it.each([infobipManyTimes, nexmoShortCode].map((first) => [first.title, first] as const))(
    'goes out through the fallback if the template of %s cannot show a payment',
    async (_title, first) => {
      const { logIn, sends, spare, spareCode } = await startPair(first, modicaByError);
      const alice = await logIn();
      expect((await alice.post('/pay')).body.code).toBe('challenge_sent');
      expect([sends(), spare.sends()]).toEqual([1, 1]);
      expect(spare.emulator.messages.at(-1)?.text).toContain('payee "ACME"');
      expect((await alice.post('/pay', { code: spareCode() })).status).toBe(200);
    },
  );

  it('is a typed error without a request if no provider can show the payment', async () => {
    const { logIn, sends, spare } = await startPair(infobipManyTimes, nexmoShortCode);
    const alice = await logIn();
    const refused = await alice.post('/pay');
    expect([refused.status, refused.body.code]).toEqual([500, 'option_invalid']);
    expect([sends(), spare.sends()]).toEqual([1, 0]);
  });

  it.each([modicaByError, infobipManyTimes].map((next) => [next.title, next] as const))(
    'goes to %s without a request to Nexmo if the number is outside the US',
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
