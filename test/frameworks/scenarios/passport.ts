import { expect } from 'vitest';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

const credentials = { username: 'alice', password: 'right' };
const missing = expect.objectContaining({ code: 'challenge_not_found' });

/** The ways in which Passport reports the outcome of a strategy. */
export const passportScenarios: readonly Scenario[] = [
  {
    title: 'failWithError passes a TwoFactorRefusal with its Retry-After to the error handler',
    run: async (framework) => {
      const { browser } = await startIn(framework);
      const alice = browser();
      await alice.login();
      const answer = await alice.resend();
      expect(answer.status).toBe(429);
      expect(answer.body).toMatchObject({ kind: 'TwoFactorRefusal', code: 'resend_too_soon' });
      expect(Number(answer.headers['retry-after'])).toBe(answer.body.retryAfter);
    },
  },
  {
    title:
      'redirects lead from the password to the code page, back to it after a wrong code, and home',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      const asked = await alice.post('/pages/login', credentials);
      const wrong = await alice.post('/pages/code', { code: wrongCodeFor(emulator) });
      const right = await alice.post('/pages/code', { code: newestCode(emulator) });
      const places = [asked, wrong, right].map(({ headers }) => headers['location']);
      expect(places).toEqual(['/pages/code', '/pages/code', '/']);
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'a custom callback gets error, user, info and status',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      const refused = await alice.post('/callback', { code: '123456' });
      expect(refused.body).toEqual({ error: null, user: false, info: missing, status: 401 });
      await alice.login();
      emulator.overrideNextReply({ reply: 'lost', processed: false });
      const broken = await alice.post('/callback', { code: newestCode(emulator) });
      expect(broken.body).toEqual({ error: 'provider_outcome_unknown' });
      const verified = await alice.post('/callback', { code: newestCode(emulator) });
      expect(verified.body).toMatchObject({
        error: null,
        user: { name: 'alice' },
        info: { code: 'verified' },
      });
      expect(await alice.me()).toBeUndefined();
    },
  },
  {
    title:
      'in a list of strategies a refusal is followed by the next strategy, and all refusals are reported',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      const refused = await alice.post('/list', { code: '123456' });
      expect(refused.body).toMatchObject({
        user: false,
        info: [missing, missing],
        status: [401, 401],
      });
      await alice.post('/staff/login', credentials);
      await alice.post('/either', { code: newestCode(emulator) });
      expect(await alice.me()).toBe('alice');
    },
  },
  {
    title: 'two instances with different names do not accept the codes of each other',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      await alice.post('/staff/login', credentials);
      const code = newestCode(emulator);
      expect((await alice.enter(code)).body.code).toBe('challenge_not_found');
      expect((await alice.login()).body.challenge.reused).toBe(false);
      await alice.post('/staff/login/code', { code });
      expect(await alice.me()).toBe('alice');
    },
  },
];
