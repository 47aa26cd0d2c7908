import { expect } from 'vitest';
import { newestCode } from '../../fixtures/emulator.js';
import type { Framework } from '../framework.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

const userProperty: readonly Scenario[] = [
  {
    title:
      'A42: a user in the userProperty of Passport logs in, steps up, and has the second factor',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework, undefined, 'member');
      const alice = browser();
      expect((await alice.login()).body.code).toBe('challenge_sent');
      const { body } = await alice.enter(newestCode(emulator));
      expect([body.user.name, body.fresh]).toEqual(['alice', true]);
      expect(await alice.fresh()).toBe(true);
      await alice.post('/step-up', {});
      const confirmed = await alice.post('/step-up', { code: newestCode(emulator) });
      expect(confirmed.body).toMatchObject({ account: { name: 'alice' }, fresh: true });
    },
  },
  {
    title: 'A42: a user in the userProperty of Passport logs in and steps up with recovery codes',
    run: async (framework) => {
      const { browser, emulator, stored } = await startIn(framework, undefined, 'member');
      const alice = browser();
      const credentials = { username: 'alice', password: 'right' };
      const { body } = await alice.post('/login', { ...credentials, recoveryCode: stored.code(0) });
      expect([body.user.name, body.fresh]).toEqual(['alice', true]);
      const confirmed = await alice.post('/step-up', { recoveryCode: stored.code(1) });
      expect(confirmed.body).toMatchObject({ account: { name: 'alice' }, fresh: true });
      expect(emulator.requests).toHaveLength(0);
    },
  },
  {
    title: 'A42: half a login of a user in the userProperty of Passport is undone',
    run: async (framework) => {
      const { browser, emulator, stored } = await startIn(framework, undefined, 'member');
      const credentials = { username: 'alice', password: 'right' };
      for (const path of ['/half', '/half/unpinned', '/half/callback']) {
        for (const beside of [{ code: '1' }, { recoveryCode: stored.code() }]) {
          const alice = browser();
          const answer = await alice.post(path, { ...credentials, ...beside });
          expect(answer.body.code).toBe('first_factor_logged_in');
          expect(await alice.me()).toBeUndefined();
        }
      }
      expect(emulator.requests).toHaveLength(0);
      expect(stored.asked).toEqual([]);
    },
  },
];

/** For frameworks whose Passport has the option `userProperty`. */
export function userPropertyScenarios({ takesUserProperty }: Framework): readonly Scenario[] {
  return takesUserProperty ? userProperty : [];
}
