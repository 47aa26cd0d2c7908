import { expect } from 'vitest';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import { listenToEvents } from '../../fixtures/events.js';
import type { Profile } from '../profile.js';
import type { Scenario } from '../scenario.js';
import { startWith } from '../start.js';

/** A login whose code may be requested again. */
async function startLogin(profile: Profile, options: Parameters<typeof startWith>[1] = {}) {
  const clock = stopClock();
  const app = await startWith(profile, options);
  const alice = app.browser();
  await alice.login();
  clock.advance(30 * second);
  return { ...app, clock, alice, call: () => alice.post('/login/code', { resend: 'voice' }) };
}

const everywhere: readonly Scenario[] = [
  {
    title: 'a code by e-mail is refused, without an SMS, a call or a cooldown',
    run: async (profile) => {
      const { alice, sends } = await startLogin(profile);
      const refused = await alice.post('/login/code', { resend: 'email' });
      expect([refused.status, refused.body.code]).toEqual([400, 'channel_unknown']);
      expect(sends()).toBe(1);
      expect((await alice.resend()).body.code).toBe('challenge_sent');
    },
  },
];

const refused: readonly Scenario[] = [
  {
    title: 'a call is refused with a reason, and an SMS can be requested at once',
    run: async (profile) => {
      const { alice, call, sends } = await startLogin(profile, { limits: { sendsPerHour: 2 } });
      const answer = await call();
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: 'call_unavailable',
        challenge: { channel: 'sms', callAvailable: false, attemptsRemaining: 5 },
      });
      expect(sends()).toBe(1);
      expect((await alice.resend()).body).toMatchObject({
        code: 'challenge_sent',
        challenge: { channel: 'sms', callAvailable: false },
      });
    },
  },
];

const made: readonly Scenario[] = [
  {
    title: 'a call repeats the code of the SMS, and the success says that the newest was a call',
    run: async (profile) => {
      const { alice, browser, call, emulator, newestCode } = await startLogin(profile);
      const code = newestCode();
      const answer = await call();
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({
        code: 'challenge_sent',
        message: 'We are calling your phone with a code. Enter it to continue.',
        challenge: { channel: 'call', callAvailable: true, delivery: 'sent', reused: false },
      });
      expect(emulator.messages.map(({ channel, text }) => [channel, text])).toEqual([
        ['sms', profile.text(code)],
        ['call', profile.text(code)],
      ]);
      expect((await alice.get('/login/code')).body.channel).toBe('call');
      expect((await browser().login()).body.challenge).toMatchObject({
        channel: 'call',
        reused: true,
      });
      expect((await alice.enter(code)).body.info).toMatchObject({
        method: 'call',
        amr: ['mfa', 'tel'],
      });
    },
  },
  {
    title: 'an SMS after a call makes the success one by SMS again',
    run: async (profile) => {
      const { alice, call, clock, newestCode } = await startLogin(profile);
      await call();
      clock.advance(30 * second);
      expect((await alice.resend()).body.challenge.channel).toBe('sms');
      expect((await alice.enter(newestCode())).body.info).toMatchObject({
        method: 'sms',
        amr: ['mfa', 'sms'],
      });
    },
  },
  {
    title: 'a call with less than a minute left speaks another code with a new lifetime',
    run: async (profile) => {
      const { alice, call, clock, newestCode } = await startLogin(profile);
      const older = newestCode();
      clock.advance(profile.lifetime - minute);
      expect((await call()).body.challenge.channel).toBe('call');
      const newer = newestCode();
      expect(newer).not.toBe(older);
      clock.advance(profile.lifetime - 1);
      expect((await alice.enter(newer)).body.info.method).toBe('call');
    },
  },
  {
    title: 'calls and SMS share one cooldown, also with fifty requests at once',
    run: async (profile) => {
      const { alice, call, clock, emulator } = await startLogin(profile);
      await Promise.all(Array.from({ length: 50 }, () => call().then((answer) => answer)));
      expect(emulator.messages.map(({ channel }) => channel)).toEqual(['sms', 'call']);
      clock.advance(29 * second);
      for (const early of [await alice.resend(), await call()]) {
        expect(early.body).toMatchObject({ code: 'resend_too_soon', retryAfter: 1 });
      }
      expect(emulator.messages).toHaveLength(2);
    },
  },
  {
    title: 'a call counts as a send',
    run: async (profile) => {
      const { alice, call, clock, sends } = await startLogin(profile, {
        limits: { sendsPerHour: 2 },
      });
      await call();
      clock.advance(30 * second);
      expect((await call()).body.code).toBe('send_limit_reached');
      expect((await alice.resend()).body.code).toBe('send_limit_reached');
      expect(sends()).toBe(2);
    },
  },
  {
    title: 'a locked user gets no call',
    run: async (profile) => {
      const limits = { failuresPerUser: 1 };
      const { alice, call, sends, wrongCode } = await startLogin(profile, { limits });
      await alice.enter(wrongCode());
      expect((await call()).body.code).toBe('user_locked');
      expect(sends()).toBe(1);
    },
  },
  {
    title: 'a call whose answer is lost is not repeated, and leaves the code of the SMS valid',
    run: async (profile) => {
      const { alice, call, newestCode, overrideNextReply, sends } = await startLogin(profile);
      const code = newestCode();
      overrideNextReply('call', { reply: 'lost', processed: true });
      expect((await call()).body.code).toBe('provider_outcome_unknown');
      expect((await alice.get('/login/code')).body).toMatchObject({
        channel: 'sms',
        delivery: 'unknown',
      });
      expect((await call()).body.code).toBe('resend_too_soon');
      expect(sends()).toBe(2);
      expect((await alice.enter(code)).body.info.method).toBe('sms');
    },
  },
  {
    title:
      'a call that was refused leaves everything as it was, and can be requested again at once',
    run: async (profile) => {
      const { alice, call, overrideNextReply } = await startLogin(profile);
      for (const reply of profile.refusals.credentials) {
        overrideNextReply('call', { reply: 'replaced', processed: false, ...reply });
        expect((await call()).body.code).toBe('provider_credentials_refused');
      }
      expect((await alice.get('/login/code')).body).toMatchObject({
        channel: 'sms',
        delivery: 'sent',
      });
      expect((await call()).body.challenge.channel).toBe('call');
    },
  },
  {
    title: 'the event of a call names the channel, and neither the code nor the number',
    run: async (profile) => {
      const { call, newestCode } = await startLogin(profile);
      const heard = listenToEvents();
      await call();
      expect(heard).toContainEqual(
        expect.objectContaining({ name: 'challenge_sent', resend: true, channel: 'call' }),
      );
      for (const secret of [newestCode(), profile.mobiles.alice.slice(1)]) {
        expect(JSON.stringify(heard)).not.toContain(secret);
      }
    },
  },
];

const approving: Scenario = {
  title: 'A24: a call with a code that approves a payment says amount and payee',
  run: async (profile) => {
    const clock = stopClock();
    const { draft, emulator, logIn, newestCode } = await startWith(profile);
    const alice = await logIn();
    await alice.post('/pay');
    clock.advance(30 * second);
    expect((await alice.post('/pay', { resend: 'voice' })).body.code).toBe('challenge_sent');
    const [sms, spoken] = emulator.messages.slice(-2);
    expect(spoken).toMatchObject({ channel: 'call', text: sms?.text });
    for (const value of ['100 USD', 'ACME']) expect(spoken?.text).toContain(value);
    const payment = draft.payment;
    draft.payment = { amount: '100 USD', payee: 'thief' };
    expect((await alice.post('/pay', { resend: 'voice' })).body.code).toBe('transaction_mismatch');
    draft.payment = payment;
    expect(emulator.messages).toHaveLength(3);
    expect(newestCode()).toBe(sms?.code);
  },
};

/** Requests for a phone call. */
export function callScenarios({ calls, texts }: Profile): readonly Scenario[] {
  if (!calls) return [...everywhere, ...refused];
  return [...everywhere, ...made, ...(texts === 'of the app' ? [approving] : [])];
}
