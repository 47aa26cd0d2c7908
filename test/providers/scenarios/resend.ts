import { expect } from 'vitest';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import type { Profile } from '../profile.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

const everywhere: readonly Scenario[] = [
  {
    title: 'a resend during the cooldown sends nothing, and returns the wait',
    run: async (profile) => {
      const clock = stopClock();
      const { browser, sends } = await startWith(profile);
      const alice = browser();
      await alice.login();
      clock.advance(29 * second);
      const refused = await alice.resend();
      expect([refused.status, refused.body.code]).toEqual([429, 'resend_too_soon']);
      expect(refused.headers['retry-after']).toBe('1');
      expect(sends()).toBe(1);
    },
  },
  {
    title: 'a resend whose answer is lost leaves the code before it valid',
    run: async (profile) => {
      const clock = stopClock();
      const { overrideNextReply, browser, newestCode, sends } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const first = newestCode();
      clock.advance(30 * second);
      overrideNextReply('resend', { reply: 'lost', processed: true });
      expect((await alice.resend()).body.code).toBe('provider_outcome_unknown');
      expect((await alice.get('/login/code')).body.delivery).toBe('unknown');
      expect(sends()).toBe(2);
      expect((await alice.enter(first)).status).toBe(200);
    },
  },
];

const anotherCode: Scenario = {
  title: 'a resend sends another code with a new lifetime, and the old one is refused',
  run: async (profile) => {
    const clock = stopClock();
    const { browser, emulator, newestCode } = await startWith(profile);
    const alice = browser();
    await alice.login();
    const older = newestCode();
    clock.advance(profile.lifetime - 1);
    expect((await alice.resend()).body).toMatchObject({
      code: 'challenge_sent',
      challenge: { expiresAt: new Date(Date.now() + profile.lifetime).toISOString() },
    });
    expect(emulator.messages).toHaveLength(2);
    const newer = newestCode();
    expect(newer).not.toBe(older);
    expect((await alice.enter(older)).body).toMatchObject({
      code: 'code_incorrect',
      attemptsRemaining: 4,
    });
    clock.advance(profile.lifetime - 1);
    expect((await alice.enter(newer)).status).toBe(200);
  },
};

const theSameCode: readonly Scenario[] = [
  {
    title: 'a resend sends the same code, and does not extend its lifetime',
    run: async (profile) => {
      const clock = stopClock();
      const { browser, emulator, newestCode } = await startWith(profile);
      const alice = browser();
      const { expiresAt } = (await alice.login()).body.challenge;
      const code = newestCode();
      clock.advance(minute);
      expect((await alice.resend()).body).toMatchObject({
        code: 'challenge_sent',
        challenge: { expiresAt },
      });
      expect(emulator.messages.map(({ text }) => text)).toEqual(Array(2).fill(profile.text(code)));
      clock.advance(profile.lifetime - minute - 1);
      expect((await alice.enter(code)).status).toBe(200);
    },
  },
  {
    title: 'a resend with less than a minute left sends another code with a new lifetime',
    run: async (profile) => {
      const clock = stopClock();
      const { browser, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const older = newestCode();
      clock.advance(profile.lifetime - minute + 1);
      await alice.resend();
      const newer = newestCode();
      expect(newer).not.toBe(older);
      clock.advance(profile.lifetime - 1);
      expect((await alice.enter(newer)).status).toBe(200);
    },
  },
];

/** Requests for another SMS. */
export function resendScenarios({ resends }: Profile): readonly Scenario[] {
  return [...everywhere, ...(resends === 'the same code' ? theSameCode : [anotherCode])];
}
