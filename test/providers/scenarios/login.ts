import { expect } from 'vitest';
import { second, stopClock } from '../../fixtures/clock.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

/** The login, from the password to the last attempt. */
export const loginScenarios: readonly Scenario[] = [
  {
    title: 'a password and then a code log the user in',
    run: async (profile) => {
      stopClock();
      const { browser, emulator, newestCode } = await startWith(profile);
      const alice = browser();
      const asked = await alice.login();
      expect(asked.status).toBe(401);
      expect(asked.body).toMatchObject({
        code: 'challenge_sent',
        challenge: {
          destination: `•••••${profile.mobiles.alice.slice(-2)}`,
          attemptsRemaining: 5,
          reused: false,
          expiresAt: new Date(Date.now() + profile.lifetime).toISOString(),
        },
      });
      expect(await alice.me()).toBeUndefined();
      const code = newestCode();
      expect(emulator.messages.map(({ to, text }) => [to, text])).toEqual([
        [profile.mobiles.alice, profile.text(code)],
      ]);
      const answered = await alice.enter(code);
      expect(answered.status).toBe(200);
      expect(answered.body).toMatchObject({
        user: { name: 'alice' },
        info: { code: 'verified', purpose: 'login' },
      });
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'a wrong code is refused, and the correct one after it is accepted',
    run: async (profile) => {
      const { browser, newestCode, wrongCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const wrong = await alice.enter(wrongCode());
      expect(wrong.status).toBe(401);
      expect(wrong.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
      expect(await alice.me()).toBeUndefined();
      await alice.enter(newestCode());
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'a second session reuses the pending challenge, without a second SMS',
    run: async (profile) => {
      const { browser, emulator, newestCode } = await startWith(profile);
      await browser().login();
      const second = browser();
      expect((await second.login()).body.challenge.reused).toBe(true);
      expect(emulator.messages).toHaveLength(1);
      await second.enter(newestCode());
      expect(await second.me()).toBe('alice');
    },
  },
  {
    title: "two concurrent users are logged in as themselves, and not with each other's code",
    run: async (profile) => {
      const { browser, newestCode } = await startWith(profile);
      const [alice, bob] = [browser(), browser()];
      await Promise.all([alice.login('alice'), bob.login('bob')]);
      const forAlice = newestCode(profile.mobiles.alice);
      const forBob = newestCode(profile.mobiles.bob);
      expect((await bob.enter(forAlice)).body.code).toBe('code_incorrect');
      expect(await bob.me()).toBeUndefined();
      await Promise.all([alice.enter(forAlice), bob.enter(forBob)]);
      expect([await alice.me(), await bob.me()]).toEqual(['alice', 'bob']);
    },
  },
  {
    title: 'A17: a code is valid until the last millisecond before its expiry',
    run: async (profile) => {
      const clock = stopClock();
      const { browser, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      clock.advance(profile.lifetime - 1);
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  },
  {
    title: 'A17: an expired code is refused without a request, and a resend sends another',
    run: async (profile) => {
      const clock = stopClock();
      const { browser, checks, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      clock.advance(profile.lifetime);
      const late = await alice.enter(newestCode());
      expect([late.status, late.body.code]).toEqual([401, 'challenge_expired']);
      expect(checks()).toBe(0);
      expect((await alice.resend()).body.code).toBe('challenge_sent');
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  },
  {
    title: 'five wrong codes are the limit, across resends; then the correct one is refused',
    run: async (profile) => {
      const clock = stopClock();
      const { browser, checks, newestCode, wrongCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      for (let left = 4; left >= 0; left -= 1) {
        const wrong = await alice.enter(wrongCode());
        expect(wrong.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: left });
        clock.advance(30 * second);
        if (left === 2) {
          expect((await alice.resend()).body.challenge.attemptsRemaining).toBe(2);
          clock.advance(30 * second);
        }
      }
      const late = await alice.enter(newestCode());
      expect([late.status, late.body.code]).toEqual([429, 'too_many_attempts']);
      expect((await alice.resend()).body.code).toBe('too_many_attempts');
      expect(checks()).toBe(profile.checks === 'there' ? 5 : 0);
      expect(await alice.me()).toBeUndefined();
    },
  },
];
