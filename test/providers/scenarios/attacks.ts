import { expect } from 'vitest';
import { second, stopClock } from '../../fixtures/clock.js';
import type { Scenario } from '../scenario.js';
import { type App, startWith } from '../start.js';

/** Uses up the five attempts of a new challenge. */
async function failFiveTimes({ browser, wrongCode }: App) {
  const each = browser();
  await each.login();
  for (let tried = 0; tried < 5; tried += 1) await each.enter(wrongCode());
}

/** Values that may be posted instead of a code. */
const oddCodes: readonly unknown[] = [
  undefined,
  null,
  true,
  123456,
  {},
  { $ne: null },
  ['123456'],
  [['123456']],
  '',
  '123\u0000456',
  '123456/../..',
  '../resend',
  '123456?x=1',
  '","verified":true',
  '%(code)s',
  '{{pin}}',
  `\${pin}`,
  '123',
  '1234567890123',
  '1'.repeat(90_000),
];

/** Attacks that have succeeded elsewhere. */
export const attackScenarios: readonly Scenario[] = [
  {
    title: 'A1: of fifty concurrent wrong codes only five are checked',
    run: async (profile) => {
      const { browser, checks, newestCode, wrongCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const wrong = wrongCode();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => alice.enter(wrong).then(({ body }) => body.code)),
      );
      expect(answers.filter((code) => code === 'code_incorrect')).toHaveLength(5);
      expect(answers.filter((code) => code === 'too_many_attempts')).toHaveLength(45);
      expect(checks()).toBe(profile.checks === 'there' ? 5 : 0);
      expect((await alice.enter(newestCode())).body.code).toBe('too_many_attempts');
    },
  },
  {
    title: 'A2: of five concurrent correct codes one logs in, and the others lock no user',
    run: async (profile) => {
      const { browser, newestCode } = await startWith(profile);
      const browsers = Array.from({ length: 5 }, browser);
      for (const each of browsers) await each.login();
      const code = newestCode();
      const answers = await Promise.all(browsers.map((each) => each.enter(code)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const names = await Promise.all(browsers.map((each) => each.me()));
      expect(names.filter((name) => name === 'alice')).toHaveLength(1);
      expect((await browser().login()).body.code).toBe('challenge_sent');
    },
  },
  {
    title: 'A3: a used code is refused in every session without a request',
    run: async (profile) => {
      const { browser, checks, newestCode } = await startWith(profile);
      const [first, second] = [browser(), browser()];
      await first.login();
      await second.login();
      const code = newestCode();
      expect((await first.enter(code)).status).toBe(200);
      const asked = checks();
      expect((await first.enter(code)).body.code).toBe('challenge_not_found');
      const replayed = await second.enter(code);
      expect([replayed.status, replayed.body.code]).toEqual([401, 'challenge_used']);
      expect(await second.me()).toBeUndefined();
      expect(checks()).toBe(asked);
    },
  },
  {
    title: 'A3: a used code is refused for a later challenge',
    run: async (profile) => {
      const { logIn, newestCode } = await startWith(profile);
      const alice = await logIn();
      const used = newestCode();
      await alice.post('/logout');
      await alice.login();
      expect(newestCode()).not.toBe(used);
      expect((await alice.enter(used)).body.code).toBe('code_incorrect');
    },
  },
  {
    title: 'A4: new challenges in new sessions allow no new guesses: after ten the user is locked',
    run: async (profile) => {
      const clock = stopClock();
      const app = await startWith(profile);
      await failFiveTimes(app);
      clock.advance(31 * second);
      await failFiveTimes(app);
      clock.advance(31 * second);
      const locked = await app.browser().login();
      expect([locked.status, locked.body.code]).toEqual([429, 'user_locked']);
      expect(app.sends()).toBe(2);
      expect(app.checks()).toBe(profile.checks === 'there' ? 10 : 0);
    },
  },
  {
    title: 'A10, A13: a malformed code does not reach the provider, and costs no attempt',
    run: async (profile) => {
      const { browser, emulator, newestCode } = await startWith(profile);
      const alice = browser();
      await alice.login();
      const requests = emulator.requests.length;
      for (const code of oddCodes) {
        const answer = await alice.enter(code);
        expect([answer.status, answer.body.code]).toEqual([400, 'code_malformed']);
      }
      expect(emulator.requests).toHaveLength(requests);
      expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(5);
      expect((await alice.enter(newestCode())).status).toBe(200);
    },
  },
  {
    title: 'A10: paths, queries and headers contain neither the code nor the number',
    run: async (profile) => {
      const { emulator, logIn, newestCode } = await startWith(profile);
      await logIn();
      for (const { path, query, headers } of emulator.requests) {
        const sent = JSON.stringify([path, query, headers]);
        expect(sent).not.toContain(newestCode());
        expect(sent).not.toContain(profile.mobiles.alice.slice(1));
      }
    },
  },
  {
    title: 'A20: fifty concurrent logins send one SMS, and any of them can finish',
    run: async (profile) => {
      const { browser, newestCode, sends } = await startWith(profile);
      const browsers = Array.from({ length: 50 }, browser);
      const answers = await Promise.all(browsers.map((each) => each.login()));
      expect(answers.map(({ body }) => body.code)).toEqual(Array(50).fill('challenge_sent'));
      expect(sends()).toBe(1);
      expect((await browsers.at(-1)?.enter(newestCode()))?.status).toBe(200);
    },
  },
  {
    title: 'A20: a GET sends nothing, with or without a logged-in user',
    run: async (profile) => {
      const { browser, logIn, sends } = await startWith(profile);
      const refused = await browser().get('/image?username=alice&password=right');
      expect([refused.status, refused.body.code]).toEqual([405, 'method_not_allowed']);
      expect(sends()).toBe(0);
      const alice = await logIn();
      expect((await alice.get('/image')).status).toBe(405);
      expect(sends()).toBe(1);
    },
  },
];
