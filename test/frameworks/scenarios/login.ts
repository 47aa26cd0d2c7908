import { expect } from 'vitest';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

/** The login, from the password to the last attempt. */
export const loginScenarios: readonly Scenario[] = [
  {
    title: 'the password and then the code log the user in',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      const asked = await alice.login();
      expect(asked.status).toBe(401);
      expect(asked.body).toMatchObject({
        code: 'challenge_sent',
        challenge: { destination: '•••••11', attemptsRemaining: 5, reused: false },
      });
      expect(await alice.me()).toBeUndefined();
      const answered = await alice.enter(newestCode(emulator));
      expect(answered.status).toBe(200);
      expect(answered.body).toMatchObject({
        user: { name: 'alice' },
        info: { code: 'verified', purpose: 'login' },
      });
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'a wrong password sends nothing',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const answer = await browser().login('alice', 'wrong');
      expect([answer.status, answer.body.kind]).toEqual([401, 'AuthenticationError']);
      expect(emulator.requests).toHaveLength(0);
    },
  },
  {
    title: 'a wrong code is refused, and the correct one after it is accepted',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      await alice.login();
      const wrong = await alice.enter(wrongCodeFor(emulator));
      expect(wrong.status).toBe(401);
      expect(wrong.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
      expect(await alice.me()).toBeUndefined();
      await alice.enter(newestCode(emulator));
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'a resend sends another code for the same challenge',
    run: async (framework) => {
      const clock = stopClock();
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      await alice.login();
      clock.advance(30 * second);
      expect((await alice.resend()).body.code).toBe('challenge_sent');
      expect(emulator.messages).toHaveLength(2);
      await alice.enter(newestCode(emulator));
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'an expired code is refused, and the code of a resend is accepted',
    run: async (framework) => {
      const clock = stopClock();
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      await alice.login();
      clock.advance(5 * minute);
      expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_expired');
      await alice.resend();
      await alice.enter(newestCode(emulator));
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'after five wrong codes the correct one is refused',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      await alice.login();
      for (let left = 4; left >= 0; left -= 1) {
        const wrong = await alice.enter(wrongCodeFor(emulator));
        expect(wrong.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: left });
      }
      const late = await alice.enter(newestCode(emulator));
      expect([late.status, late.body.code]).toEqual([429, 'too_many_attempts']);
      expect(checks(emulator)).toBe(5);
      expect(await alice.me()).toBeUndefined();
    },
  },
  {
    title: 'a code without a challenge is refused without a request to Modica',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const answer = await browser().enter('123456');
      expect([answer.status, answer.body.code]).toEqual([401, 'challenge_not_found']);
      expect(emulator.requests).toHaveLength(0);
    },
  },
];
