import { expect } from 'vitest';
import { checks, newestCode } from '../../fixtures/emulator.js';
import { wrongRecoveryCode } from '../../fixtures/recovery-codes.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

const credentials = { username: 'alice', password: 'right' };

/** Recovery codes in the place of codes from messages. */
export const recoveryScenarios: readonly Scenario[] = [
  {
    title: 'a recovery code on the code page logs in once, after a wrong one',
    run: async (framework) => {
      const { browser, emulator, stored } = await startIn(framework);
      const alice = browser();
      await alice.login();
      const wrong = await alice.post('/login/code', { recoveryCode: wrongRecoveryCode });
      expect(wrong.status).toBe(401);
      expect(wrong.body).toMatchObject({ code: 'recovery_code_incorrect', attemptsRemaining: 4 });
      expect(await alice.me()).toBeUndefined();
      const recoveryCode = stored.code();
      const answer = await alice.post('/login/code', { recoveryCode });
      expect(answer.body).toMatchObject({
        user: { name: 'alice' },
        info: { method: 'recovery_code', recoveryCodesRemaining: 9 },
        fresh: true,
      });
      expect(await alice.me()).toBe('alice');
      expect(await alice.fresh()).toBe(true);
      const again = await browser().post('/login', { ...credentials, recoveryCode });
      expect(again.body.code).toBe('recovery_code_incorrect');
      expect([emulator.messages.length, checks(emulator)]).toEqual([1, 0]);
    },
  },
  {
    title: 'a recovery code beside the password logs in without a message',
    run: async (framework) => {
      const { browser, emulator, stored } = await startIn(framework);
      const alice = browser();
      await alice.post('/login', { ...credentials, recoveryCode: stored.code() });
      expect(await alice.me()).toBe('alice');
      expect(emulator.requests).toHaveLength(0);
    },
  },
  {
    title: 'a recovery code confirms a logged-in user, without a code to be sent first',
    run: async (framework) => {
      const { browser, emulator, stored } = await startIn(framework);
      const alice = browser();
      await alice.login();
      await alice.enter(newestCode(emulator));
      const { body } = await alice.post('/confirm', { recoveryCode: stored.code() });
      expect(body.info).toMatchObject({ purpose: 'step-up', method: 'recovery_code' });
      expect(await alice.me()).toBe('alice');
      expect(emulator.messages).toHaveLength(1);
    },
  },
  {
    title: 'A31: a recovery code without a first factor opens nothing, and is not looked for',
    run: async (framework) => {
      const { browser, stored } = await startIn(framework);
      const thief = browser();
      for (const path of ['/login', '/login/code', '/step-up', '/confirm', '/unpinned']) {
        const body = { username: 'alice', password: 'wrong', recoveryCode: stored.code() };
        expect((await thief.post(path, body)).status, path).toBeGreaterThanOrEqual(400);
        expect(await thief.me()).toBeUndefined();
      }
      expect(stored.asked).toEqual([]);
    },
  },
];
