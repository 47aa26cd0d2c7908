import { expect } from 'vitest';
import { newestCode } from '../../fixtures/emulator.js';
import type { Framework } from '../framework.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

/** A browser's cookies before and after the code. */
async function logIn(framework: Framework) {
  const app = await startIn(framework);
  const alice = app.browser();
  await alice.login();
  const before = alice.cookies();
  await alice.enter(newestCode(app.emulator));
  return { ...app, alice, before, after: alice.cookies() };
}

const everywhere: readonly Scenario[] = [
  {
    title: 'the second factor is recorded in the session, and ends at logout',
    run: async (framework) => {
      const { alice, browser } = await logIn(framework);
      expect(await browser().fresh()).toBe(false);
      expect(await alice.fresh()).toBe(true);
      await alice.post('/logout');
      expect(await alice.fresh()).toBe(false);
    },
  },
  {
    title: 'a second session reuses the pending challenge, without a second SMS',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const [first, second] = [browser(), browser()];
      await first.login();
      expect((await second.login()).body.challenge.reused).toBe(true);
      expect(emulator.messages).toHaveLength(1);
      await second.enter(newestCode(emulator));
      expect(await second.me()).toBe('alice');
      expect((await first.enter(newestCode(emulator))).body.code).toBe('challenge_used');
      expect(await first.me()).toBeUndefined();
    },
  },
  {
    title: 'two users at the same time are each logged in with their own code',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const [alice, bob] = [browser(), browser()];
      await Promise.all([alice.login('alice'), bob.login('bob')]);
      const forAlice = newestCode(emulator, '+64211111111');
      const forBob = newestCode(emulator, '+64212222222');
      expect((await bob.enter(forAlice)).body.code).toBe('code_incorrect');
      await Promise.all([alice.enter(forAlice), bob.enter(forBob)]);
      expect([await alice.me(), await bob.me()]).toEqual(['alice', 'bob']);
    },
  },
];

const onTheServer: readonly Scenario[] = [
  {
    title: 'the code renews the session, and the earlier cookie is void',
    run: async (framework) => {
      const { browser, emulator, alice, before, after } = await logIn(framework);
      expect(after).not.toBe(before);
      expect(await browser(before).me()).toBeUndefined();
      const replayed = await browser(before).enter(newestCode(emulator));
      expect(replayed.body.code).toBe('challenge_not_found');
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'the logout ends the session for every copy of its cookie',
    run: async (framework) => {
      const { browser, alice, after } = await logIn(framework);
      await alice.post('/logout');
      expect(await alice.me()).toBeUndefined();
      expect(await browser(after).me()).toBeUndefined();
    },
  },
];

const inTheCookie: readonly Scenario[] = [
  {
    // The server has no session to end, but it knows that the challenge is used up.
    title: 'the cookie from before the code is still read, but is not logged in',
    run: async (framework) => {
      const { browser, emulator, alice, before, after } = await logIn(framework);
      expect(after).not.toBe(before);
      expect(await browser(before).me()).toBeUndefined();
      const replayed = await browser(before).enter(newestCode(emulator));
      expect(replayed.body.code).toBe('challenge_used');
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    // Neither this library nor Passport can end a session that is kept in a cookie.
    title: 'the logout ends the session of the browser, but not of a copy of its cookie',
    run: async (framework) => {
      const { browser, alice, after } = await logIn(framework);
      await alice.post('/logout');
      expect(await alice.me()).toBeUndefined();
      expect(await browser(after).me()).toBe('alice');
    },
  },
];

/** Several sessions and their cookies, before and after a login and a logout. */
export function sessionScenarios({ sessions }: Framework): readonly Scenario[] {
  return [...everywhere, ...(sessions === 'on the server' ? onTheServer : inTheCookie)];
}
