import { describe, expect, it } from 'vitest';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { second, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { infobipProvider, startInfobip } from '../fixtures/infobip.js';
import { infobipOriginBound, infobipWithText } from '../providers/profiles/infobip.js';
import { startWith } from '../providers/start.js';

/** An app that sends with Modica, and has Infobip as its fallback. */
async function startWithBoth({ strategy, ...options }: AppOptions = {}) {
  const clock = stopClock();
  const infobip = await startInfobip();
  const fallback = [infobipProvider(infobip, { timeout: 5000, codeLifetime: 300 })];
  const app = await startApp({ ...options, strategy: { ...strategy, fallback } });
  const alice = app.browser();
  await alice.login();
  clock.advance(30 * second);
  const call = (path = '/login/code') => alice.post(path, { resend: 'voice' });
  return { ...app, alice, call, clock, infobip };
}

describe('A call in a chain whose first provider makes none', () => {
  it('is made by the next one, with a code of its own', async () => {
    const { alice, call, emulator, infobip } = await startWithBoth();
    const older = newestCode(emulator);
    expect((await call()).body).toMatchObject({
      code: 'challenge_sent',
      challenge: { channel: 'call', callAvailable: true },
    });
    expect(emulator.messages).toHaveLength(1);
    expect(infobip.requests.map(({ path }) => path)).toEqual(['/2fa/2/pin/voice']);
    const code = infobip.messages[0]?.code;
    expect(code).not.toBe(older);
    expect((await alice.enter(code)).body.info).toMatchObject({ method: 'call' });
  });

  it('is followed by an SMS of the first one', async () => {
    const { alice, call, clock, emulator } = await startWithBoth();
    await call();
    clock.advance(30 * second);
    expect((await alice.resend()).body.challenge.channel).toBe('sms');
    expect((await alice.enter(newestCode(emulator))).body.info.method).toBe('sms');
  });

  it('is not replaced by an SMS when it cannot be made', async () => {
    const { alice, call, emulator, infobip } = await startWithBoth();
    infobip.overrideNextReply({ reply: 'replaced', processed: false, status: 429 });
    expect((await call()).body.code).toBe('send_limit_reached');
    expect(emulator.messages).toHaveLength(1);
    expect((await alice.enter(newestCode(emulator))).body.info.method).toBe('sms');
  });

  it('A24: is not made when the next one could not say what the code approves', async () => {
    const heard = listenToEvents();
    const { alice, call, emulator, infobip } = await startWithBoth({
      routes: ({ app, passport, strategy, loggedIn, answerUser }) => {
        app.post(
          '/pay',
          loggedIn,
          passport.authenticate(strategy.name, {
            purpose: 'step-up',
            session: false,
            failWithError: true,
            transaction: () => ({ amount: '100 USD', payee: 'ACME' }),
          }),
          answerUser,
        );
      },
    });
    await alice.enter(newestCode(emulator));
    await alice.post('/pay');
    const paymentCode = newestCode(emulator);
    expect((await call('/pay')).body.code).toBe('resend_too_soon');
    stopClock().advance(30 * second);
    const refused = await call('/pay');
    expect([refused.status, refused.body.code]).toEqual([500, 'option_invalid']);
    expect(infobip.messages).toEqual([]);
    expect(heard).toContainEqual(
      expect.objectContaining({ name: 'provider_misconfigured', provider: 'infobip' }),
    );
    expect((await alice.post('/pay', { code: paymentCode })).body.info).toMatchObject({
      method: 'sms',
      transaction: { amount: '100 USD', payee: 'ACME' },
    });
  });
});

describe('A call with an origin-bound code', () => {
  it('says the code once more in place of the line that only browsers read', async () => {
    const clock = stopClock();
    const { browser, emulator, newestCode: newest } = await startWith(infobipOriginBound);
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    await alice.post('/login/code', { resend: 'voice' });
    const code = newest();
    expect(emulator.messages.map(({ text }) => text)).toEqual([
      infobipOriginBound.text(code),
      `Your code is ${code}. Don't share it with anyone.\n\n${code}`,
    ]);
    expect((await alice.enter(code)).body.info.method).toBe('call');
  });
});

describe('A call whose content is longer than one SMS', () => {
  it('is not reported, because a call has no segments', async () => {
    const clock = stopClock();
    const heard = listenToEvents();
    const content = `%(code)s ${'x'.repeat(160)}`;
    const { browser, emulator } = await startWith(infobipWithText, { content });
    const alice = browser();
    await alice.login();
    clock.advance(30 * second);
    await alice.post('/login/code', { resend: 'voice' });
    expect(emulator.messages).toHaveLength(2);
    const names = heard.map((event) => Object(event).name);
    expect(names.filter((name) => name === 'message_long')).toHaveLength(1);
  });
});
