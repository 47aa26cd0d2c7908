import { expect } from 'vitest';
import { newestCode } from '../../fixtures/emulator.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

/** First factors that log in to the session before the second factor. */
const ways = [
  ['without { session: false }', '/half/unpinned'],
  ['with { authInfo: false }', '/half/without-info'],
  ['by a custom callback with logIn', '/half/callback'],
  ['with { authInfo: false }, on a route pinned to responses', '/half/pinned/without-info'],
  ['by a custom callback, on a route pinned to responses', '/half/pinned/callback'],
] as const;

/** What an attacker who has the password can add to the body, even with a recovery code that is right. */
const bodiesWith = (recoveryCode: string) => [
  {},
  { code: '123456' },
  { code: 1 },
  { code: [] },
  { resend: true },
  { recoveryCode },
];

/** Logins by the password alone. */
export const halfALoginScenarios: readonly Scenario[] = [
  ...ways.map(([way, path]) => ({
    title: `A31: a first factor that logs in ${way} is undone, whatever the body contains`,
    run: async (framework: Parameters<Scenario['run']>[0]) => {
      const { browser, emulator, stored } = await startIn(framework);
      for (const beside of bodiesWith(stored.code())) {
        const alice = browser();
        const answer = await alice.post(path, { username: 'alice', password: 'right', ...beside });
        expect([beside, answer.status, answer.body.code]).toEqual([
          beside,
          500,
          'first_factor_logged_in',
        ]);
        expect(await alice.me()).toBeUndefined();
      }
      expect(emulator.requests).toHaveLength(0);
      expect(stored.asked).toEqual([]);
    },
  })),
  {
    title: 'A31: an existing login is undone by any POST to an unpinned login route',
    run: async (framework) => {
      const { browser, emulator, stored } = await startIn(framework);
      for (const beside of bodiesWith(stored.code())) {
        const alice = browser();
        await alice.login();
        await alice.enter(newestCode(emulator));
        const answer = await alice.post('/unpinned', {
          username: 'alice',
          password: 'right',
          ...beside,
        });
        expect([beside, answer.body.code]).toEqual([beside, 'first_factor_logged_in']);
        expect(await alice.me()).toBeUndefined();
      }
      expect(stored.asked).toEqual([]);
    },
  },
];
