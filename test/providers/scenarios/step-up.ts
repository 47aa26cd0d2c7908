import { expect } from 'vitest';
import type { Profile } from '../profile.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

const shown: readonly Scenario[] = [
  {
    title: 'the SMS with a code that approves a payment shows amount and payee',
    run: async (profile) => {
      const { emulator, logIn, newestCode } = await startWith(profile);
      const alice = await logIn();
      const asked = await alice.post('/pay');
      expect(asked.body).toMatchObject({
        code: 'challenge_sent',
        challenge: { purpose: 'step-up' },
      });
      const { text = '' } = emulator.messages.at(-1) ?? {};
      for (const value of ['100 USD', 'ACME', newestCode()]) expect(text).toContain(value);
      const paid = await alice.post('/pay', { code: newestCode() });
      expect(paid.status).toBe(200);
      expect(paid.body.info).toMatchObject({
        purpose: 'step-up',
        transaction: { amount: '100 USD', payee: 'ACME' },
      });
    },
  },
  {
    title: 'A24: a code for one payee is refused for another, without a request',
    run: async (profile) => {
      const { checks, draft, logIn, newestCode } = await startWith(profile);
      const alice = await logIn();
      await alice.post('/pay');
      const asked = checks();
      draft.payment = { amount: '100 USD', payee: 'thief' };
      const other = await alice.post('/pay', { code: newestCode() });
      expect([other.status, other.body.code]).toEqual([401, 'transaction_mismatch']);
      expect(checks()).toBe(asked);
    },
  },
  {
    title: 'A29: a payee injects no line, code or placeholder',
    run: async (profile) => {
      const { draft, emulator, logIn, newestCode } = await startWith(profile);
      const alice = await logIn();
      draft.payment = `ACME %(code)s {{pin}} \${pin} @evil.example #1`;
      expect((await alice.post('/pay')).body.code).toBe('challenge_sent');
      const { text = '' } = emulator.messages.at(-1) ?? {};
      expect(text.split(newestCode())).toHaveLength(2);
      for (const part of ['\n', profile.placeholder]) expect(text).not.toContain(part);
      expect((await alice.post('/pay', { code: newestCode() })).status).toBe(200);
    },
  },
];

const notShown: readonly Scenario[] = [
  {
    title: 'A24: a payment that the SMS cannot show is a typed error, before anything is sent',
    run: async (profile) => {
      const { emulator, errors, logIn } = await startWith(profile);
      const alice = await logIn();
      const requests = emulator.requests.length;
      const refused = await alice.post('/pay');
      expect([refused.status, refused.body.code]).toEqual([500, 'option_invalid']);
      expect(Reflect.get(Object(errors.at(-1)), 'name')).toBe('ConfigurationError');
      expect(refused.body.message).toContain('nothing was sent');
      expect(emulator.requests).toHaveLength(requests);
    },
  },
  {
    title: 'A24: a payment that the SMS cannot show uses neither a send nor the cooldown',
    run: async (profile) => {
      const { logIn } = await startWith(profile, { limits: { sendsPerHour: 2 } });
      const alice = await logIn();
      for (let tried = 0; tried < 3; tried += 1) {
        expect((await alice.post('/pay')).body.code).toBe('option_invalid');
      }
      await alice.post('/logout');
      expect((await alice.login()).body.code).toBe('challenge_sent');
    },
  },
];

/** Payments that a logged-in user approves, which the SMS must show (PSD2 RTS, article 5). */
export function stepUpScenarios({ texts }: Profile): readonly Scenario[] {
  return texts === 'of the app' ? shown : notShown;
}
