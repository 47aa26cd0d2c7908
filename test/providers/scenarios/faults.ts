import { expect } from 'vitest';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import type { Profile, Reply } from '../profile.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

/** One SMS per hour: a second is refused if the first counted. */
const oneAnHour = { limits: { sendsPerHour: 1 } };

const ofAMessage: readonly Scenario[] = [
  {
    title: 'F1: a lost answer to a send is a typed error, without a retry or a second SMS',
    run: async (profile) => {
      const clock = stopClock();
      const { overrideNextReply, browser, newestCode, sends } = await startWith(profile);
      const alice = browser();
      overrideNextReply('send', { reply: 'lost', processed: true });
      const lost = await alice.login();
      expect([lost.status, lost.body.code]).toEqual([504, 'provider_outcome_unknown']);
      expect((await alice.login()).body.challenge).toMatchObject({
        delivery: 'unknown',
        reused: true,
      });
      expect((await alice.enter(newestCode())).body.code).toBe('delivery_unknown');
      expect(sends()).toBe(1);
      clock.advance(30 * second);
      expect((await alice.resend()).body.challenge.delivery).toBe('sent');
      expect((await alice.enter(newestCode())).status).toBe(200);
      expect(sends()).toBe(2);
    },
  },
  {
    title: 'F2: an unreachable provider is a typed error of a send, and nothing is counted',
    run: async (profile) => {
      const { browser, emulator, goDown } = await startWith(profile, oneAnHour);
      const comeBack = await goDown();
      const refused = await browser().login();
      expect([refused.status, refused.body.code]).toEqual([503, 'provider_unavailable']);
      await comeBack();
      expect((await browser().login()).body).toMatchObject({
        code: 'challenge_sent',
        challenge: { reused: false },
      });
      expect(emulator.messages).toHaveLength(1);
    },
  },
];

function throttled({ what, ...reply }: Reply): Scenario {
  return {
    title: `F4: a throttled send (${what}) is a 429, and nothing is counted`,
    run: async (profile) => {
      const clock = stopClock();
      const { overrideNextReply, browser, emulator, sends } = await startWith(profile, oneAnHour);
      overrideNextReply('send', { ...reply, reply: 'replaced', processed: false });
      const refused = await browser().login();
      expect([refused.status, refused.body.code]).toEqual([429, 'send_limit_reached']);
      expect(refused.headers['retry-after']).toBe('12');
      expect(sends()).toBe(1);
      clock.advance(30 * second);
      expect((await browser().login()).body.code).toBe('challenge_sent');
      expect(emulator.messages).toHaveLength(1);
    },
  };
}

function throttledAgain({ what, ...reply }: Reply): Scenario {
  return {
    title: `F4: a throttled resend (${what}) is not retried at once`,
    run: async (profile) => {
      const clock = stopClock();
      const { overrideNextReply, browser, newestCode, sends } = await startWith(profile);
      const alice = browser();
      await alice.login();
      clock.advance(30 * second);
      overrideNextReply('resend', { ...reply, reply: 'replaced', processed: false });
      expect((await alice.resend()).status).toBe(429);
      expect((await alice.resend()).body.code).toBe('resend_too_soon');
      expect(sends()).toBe(2);
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  };
}

function absurdlyThrottled({ what, ...reply }: Reply): Scenario {
  return {
    title: `F4: an absurd Retry-After (${what}) is limited to an hour`,
    run: async (profile) => {
      const { overrideNextReply, browser } = await startWith(profile);
      const headers = { 'retry-after': '999999999' };
      overrideNextReply('send', { ...reply, headers, reply: 'replaced', processed: false });
      expect((await browser().login()).headers['retry-after']).toBe('3600');
    },
  };
}

function credentialsRefused({ what, ...reply }: Reply): Scenario {
  return {
    title: `F5: refused credentials (${what}) are the operator's 500, and nothing is counted`,
    run: async (profile) => {
      const { overrideNextReply, browser } = await startWith(profile, oneAnHour);
      overrideNextReply('send', { ...reply, reply: 'replaced', processed: false });
      const refused = await browser().login();
      expect([refused.status, refused.body.code]).toEqual([500, 'provider_credentials_refused']);
      expect((await browser().login()).body.code).toBe('challenge_sent');
    },
  };
}

function numberRefused({ what, ...reply }: Reply): Scenario {
  return {
    title: `a refused number (${what}) is the user's 422, and another can be tried`,
    run: async (profile) => {
      const { overrideNextReply, browser, users } = await startWith(profile);
      overrideNextReply('send', { ...reply, reply: 'replaced', processed: false });
      const alice = browser();
      const refused = await alice.login();
      expect([refused.status, refused.body.code]).toEqual([422, 'destination_unusable']);
      expect((await alice.get('/login/code')).body).toBeNull();
      users.alice.mobile = profile.mobiles.bob;
      expect((await alice.login()).body.code).toBe('challenge_sent');
    },
  };
}

/** For a provider that checks codes with a request. */
const ofACode: readonly Scenario[] = [
  {
    title:
      'F1: a lost answer to a check costs an attempt, without a retry, and the code stays valid',
    run: async (profile) => {
      const { overrideNextReply, browser, checks, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      overrideNextReply('check', { reply: 'lost', processed: false });
      const lost = await alice.enter(newestCode());
      expect([lost.status, lost.body.code]).toEqual([504, 'provider_outcome_unknown']);
      expect(await alice.me()).toBeUndefined();
      expect(checks()).toBe(1);
      expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(4);
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  },
  {
    title: 'F1: lost answers allow no extra guesses: after five the correct code is refused',
    run: async (profile) => {
      const { overrideNextReply, browser, checks, newestCode, wrongCode } =
        await startWith(profile);
      const alice = browser();
      await alice.login();
      for (let lost = 0; lost < 5; lost += 1) {
        overrideNextReply('check', { reply: 'lost', processed: true });
        await alice.enter(wrongCode());
      }
      expect((await alice.enter(newestCode())).body.code).toBe('too_many_attempts');
      expect(checks()).toBe(5);
    },
  },
  {
    title: 'F2: an unreachable provider is a typed error of a check, and the attempt is given back',
    run: async (profile) => {
      const { browser, goDown, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const comeBack = await goDown();
      const refused = await alice.enter(newestCode());
      expect([refused.status, refused.body.code]).toEqual([503, 'provider_unavailable']);
      await comeBack();
      expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(5);
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  },
  {
    title: 'F4: a throttled check is a typed error that costs an attempt, and the code stays valid',
    run: async (profile) => {
      const { overrideNextReply, browser, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const headers = { 'retry-after': '7' };
      overrideNextReply('check', { reply: 'replaced', processed: false, status: 429, headers });
      const refused = await alice.enter(newestCode());
      expect([refused.status, refused.body.code]).toEqual([503, 'provider_throttled']);
      expect(refused.headers['retry-after']).toBe('7');
      expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(4);
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  },
  {
    title: "F5: credentials refused with a check are the operator's 500, and the code stays valid",
    run: async (profile) => {
      const { overrideNextReply, browser, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      overrideNextReply('check', { reply: 'replaced', processed: false, status: 401 });
      const refused = await alice.enter(newestCode());
      expect([refused.status, refused.body.code]).toEqual([500, 'provider_credentials_refused']);
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  },
];

const codeNotUsedUp: Scenario = {
  title: 'F1: a correct code whose answer was lost is accepted when it is entered again',
  run: async (profile) => {
    const { overrideNextReply, browser, newestCode } = await startWith(profile);
    const alice = browser();
    await alice.login();
    overrideNextReply('check', { reply: 'lost', processed: true });
    expect((await alice.enter(newestCode())).status).toBe(504);
    expect((await alice.enter(newestCode())).status).toBe(200);
  },
};

const codeUsedUp: Scenario = {
  // Infobip has verified the PIN and would resend the same one.
  title: 'F1: a correct code whose answer was lost is used up, until a resend sends another',
  run: async (profile) => {
    const clock = stopClock();
    const { overrideNextReply, browser, newestCode } = await startWith(profile);
    const alice = browser();
    await alice.login();
    overrideNextReply('check', { reply: 'lost', processed: true });
    expect((await alice.enter(newestCode())).status).toBe(504);
    expect((await alice.enter(newestCode())).body.code).toBe('too_many_attempts');
    clock.advance(profile.lifetime - minute + 1);
    await alice.resend();
    expect((await alice.enter(newestCode())).status).toBe(200);
  },
};

/** For a provider that checks codes locally: no request can fail. */
const checkedHere: Scenario = {
  title: 'F1, F2, F4, F5: a code is checked without a request, even if the provider is down',
  run: async (profile) => {
    const { browser, goDown, newestCode, wrongCode } = await startWith(profile);
    const alice = browser();
    await alice.login();
    await goDown();
    expect((await alice.enter(wrongCode())).body.code).toBe('code_incorrect');
    expect((await alice.enter(newestCode())).status).toBe(200);
  },
};

/** Faults and refusals. */
export function faultScenarios({ checks, refusals, usesUp }: Profile): readonly Scenario[] {
  return [
    ...ofAMessage,
    ...refusals.throttled.flatMap((reply) => [
      throttled(reply),
      throttledAgain(reply),
      absurdlyThrottled(reply),
    ]),
    ...refusals.credentials.map(credentialsRefused),
    ...refusals.number.map(numberRefused),
    ...(checks === 'here' ? [checkedHere] : [...ofACode, usesUp ? codeUsedUp : codeNotUsedUp]),
  ];
}
