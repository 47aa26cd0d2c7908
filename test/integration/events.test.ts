import { describe, expect, it, vi } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { minute, second, stopClock, stopTimers } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { closedGate } from '../fixtures/gate.js';
import { failingMemory } from '../fixtures/memory.js';
import { startAppWithPurposes } from '../fixtures/purposes.js';

const about = {
  strategy: 'modica-2fa',
  realm: 'users',
  purpose: 'login',
  userId: 1,
  destination: '•••••11',
  duration: expect.any(Number),
};
const nobody = { ...about, userId: undefined, destination: undefined, requestId: undefined };
const answered = { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) };

describe('The events of the channel', () => {
  it("report a challenge that was sent and a code that was accepted, with the provider's ids", async () => {
    const { browser, emulator } = await startApp();
    const heard = listenToEvents();
    const alice = browser();
    await alice.login();
    await alice.enter(newestCode(emulator));
    expect(heard).toEqual([
      {
        name: 'provider_answered',
        provider: 'modica',
        call: 'send',
        result: 'sent',
        duration: expect.any(Number),
        ...answered,
      },
      {
        name: 'challenge_sent',
        owasp: 'authn_token_created',
        resend: false,
        channel: 'sms',
        ...about,
        ...answered,
      },
      {
        name: 'provider_answered',
        provider: 'modica',
        call: 'check',
        result: 'accepted',
        duration: expect.any(Number),
        ...answered,
      },
      { name: 'code_accepted', owasp: 'authn_login_success', method: 'sms', ...about, ...answered },
    ]);
  });

  it('have the duration of a call and that of its phase, in milliseconds', async () => {
    const { browser, emulator } = await startApp();
    const heard = listenToEvents();
    stopTimers({ toFake: ['performance'] });
    const takes = (milliseconds: number) => {
      const gate = closedGate();
      emulator.overrideNextReply({ reply: 'held', until: gate.opened });
      emulator.once('request', () => {
        vi.advanceTimersByTime(milliseconds);
        gate.open();
      });
    };
    const alice = browser();
    takes(50);
    await alice.login();
    takes(70);
    await alice.enter(newestCode(emulator));
    expect(heard.map((event) => Object(event).duration)).toEqual([50, 50, 70, 70]);
  });

  it('report a reused challenge, a resend, and a resend refused as too soon', async () => {
    const clock = stopClock();
    const { browser } = await startApp();
    const alice = browser();
    await alice.login();
    const heard = listenToEvents();
    await alice.login();
    await alice.resend();
    clock.advance(30 * second);
    await alice.resend();
    expect(heard.filter(isPhase)).toEqual([
      { name: 'challenge_reused', ...about, requestId: undefined },
      {
        name: 'challenge_refused',
        code: 'resend_too_soon',
        owasp: 'excess_rate_limit_exceeded',
        ...about,
        requestId: undefined,
      },
      {
        name: 'challenge_sent',
        owasp: 'authn_token_created',
        resend: true,
        channel: 'sms',
        ...about,
        ...answered,
      },
    ]);
  });

  it('report an incorrect code, a malformed one, a late one and one without a challenge', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const heard = listenToEvents();
    await alice.enter(wrongCodeFor(emulator));
    await alice.enter('x');
    clock.advance(5 * minute);
    await alice.enter(newestCode(emulator));
    await browser().enter('123456');
    expect(heard.filter(isPhase)).toEqual([
      {
        name: 'code_incorrect',
        code: 'code_incorrect',
        owasp: 'authn_login_fail',
        ...about,
        ...answered,
      },
      {
        name: 'code_refused',
        code: 'code_malformed',
        owasp: 'input_validation_fail',
        ...nobody,
      },
      {
        name: 'code_expired',
        code: 'challenge_expired',
        owasp: 'authn_login_fail',
        ...about,
        requestId: undefined,
      },
      { name: 'code_refused', code: 'challenge_not_found', owasp: 'sequence_fail', ...nobody },
    ]);
  });

  it('report the failure that locked a user, and later refusals of the locked user', async () => {
    const { browser, emulator } = await startApp({
      strategy: { limits: { failuresPerUser: 2, attemptsPerChallenge: 5 } },
    });
    const alice = browser();
    await alice.login();
    const heard = listenToEvents();
    await alice.enter(wrongCodeFor(emulator));
    await alice.enter(wrongCodeFor(emulator));
    await alice.enter(newestCode(emulator));
    await alice.login();
    expect(heard.filter(isPhase).map(nameAndCode)).toEqual([
      'code_incorrect code_incorrect authn_login_fail',
      'code_incorrect code_incorrect authn_login_fail',
      'user_locked undefined authn_login_lock',
      'code_refused user_locked authn_login_lock',
      'challenge_refused user_locked authn_login_lock',
    ]);
  });

  it('report a repeated code, used-up attempts and another transaction', async () => {
    let payee = 'bakery';
    const { browser, emulator } = await startApp({
      strategy: { limits: { attemptsPerChallenge: 1 } },
      route: { transaction: () => payee },
    });
    const heard = listenToEvents();
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    await alice.enter(newestCode(emulator));
    const bob = browser();
    await bob.login('bob');
    payee = 'thief';
    await bob.enter(newestCode(emulator));
    expect(heard.filter(isPhase).map(nameAndCode)).toEqual([
      'challenge_sent undefined authn_token_created',
      'code_incorrect code_incorrect authn_login_fail',
      'code_refused too_many_attempts authn_login_fail_max',
      'challenge_sent undefined authn_token_created',
      'code_refused transaction_mismatch sequence_fail',
    ]);
  });

  it('report an unavailable account', async () => {
    const { browser, emulator } = await startApp({ verify: () => async () => undefined });
    const alice = browser();
    await alice.login();
    const heard = listenToEvents();
    await alice.enter(newestCode(emulator));
    expect(heard.filter(isPhase).map(nameAndCode)).toEqual([
      'code_refused account_unavailable authn_login_fail',
    ]);
  });

  it('report refused credentials as a misconfiguration, and the failed login', async () => {
    const { browser, emulator } = await startApp();
    const heard = listenToEvents();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 401 });
    await browser().login();
    expect(heard).toEqual([
      {
        name: 'provider_misconfigured',
        provider: 'modica',
        call: 'send',
        code: 'provider_credentials_refused',
        duration: expect.any(Number),
        ...answered,
      },
      { name: 'failed', code: 'provider_credentials_refused', ...about, requestId: undefined },
    ]);
  });

  it('F12: report an undocumented answer, which locks no one', async () => {
    const { browser, emulator } = await startApp({ strategy: { limits: { failuresPerUser: 1 } } });
    const alice = browser();
    await alice.login();
    const heard = listenToEvents();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 200, body: '{}' });
    await alice.enter(newestCode(emulator));
    expect(heard.filter(isPhase).map(nameAndCode)).toEqual([
      'failed provider_reply_undocumented undefined',
    ]);
  });

  it('report a storage that is down', async () => {
    const { memory, failAlways } = await failingMemory();
    const { browser } = await startApp({ strategy: memory });
    failAlways('get');
    const heard = listenToEvents();
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(heard.map(nameAndCode)).toEqual([`failed ${answer.body.code} undefined`]);
  });

  it('report a provider that is down as an outage', async () => {
    const { browser, emulator } = await startApp();
    const heard = listenToEvents();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 503 });
    await browser().login();
    expect(heard).toMatchObject([
      { name: 'provider_failed', code: 'provider_outcome_unknown' },
      { name: 'failed', userId: 1 },
    ]);
  });

  it.each([
    ['no number', null, 'missing'],
    ['no number in E.164 form', '\u202a+64211234567\u202c', 'not_e164'],
    ['a number outside the allowed prefixes', '+18095550123', 'prefix_not_allowed'],
    ['a denied number', '+64900123456', 'prefix_not_allowed'],
  ])('report an unusable number with its reason: %s', async (_what, mobile, reason) => {
    const { browser, users } = await startApp({
      strategy: {
        destination: () => mobile,
        allowedPrefixes: ['+64'],
        deniedPrefixes: ['+64900'],
      },
    });
    const heard = listenToEvents();
    const code = reason === 'missing' ? 'destination_missing' : 'destination_unusable';
    expect((await browser().login()).body.code).toBe(code);
    const { strategy, realm, purpose } = about;
    const { id: userId } = users.alice;
    expect(heard).toContainEqual({
      name: 'destination_unusable',
      strategy,
      realm,
      purpose,
      userId,
      reason,
    });
  });

  it('report a new number that cannot receive an SMS, with its user and purpose', async () => {
    const { logIn, seen } = await startAppWithPurposes();
    const alice = await logIn();
    const heard = listenToEvents();
    seen.newNumber = 'not a number';
    await alice.post('/enrol');
    const event = { name: 'destination_unusable', purpose: 'enrol', userId: 1 };
    expect(heard).toContainEqual(expect.objectContaining(event));
  });

  it('report a double click as out of sequence, not as a reused token', async () => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    const heard = listenToEvents();
    const code = newestCode(emulator);
    await Promise.all([alice.enter(code), alice.enter(code)]);
    expect(heard.filter(isPhase).map(nameAndCode).toSorted()).toEqual([
      'code_accepted undefined authn_login_success',
      'code_refused challenge_used sequence_fail',
    ]);
  });

  it('report a later second answer to a challenge as a reused token', async () => {
    const { browser, emulator } = await startApp({ strategy: { state: 'client' } });
    const alice = browser();
    const { id: challenge } = (await alice.login()).body.challenge;
    const answer = { code: newestCode(emulator), challenge };
    await alice.post('/login/code', answer);
    const heard = listenToEvents();
    await alice.post('/login/code', answer);
    expect(heard.filter(isPhase).map(nameAndCode)).toEqual([
      'code_refused challenge_used authn_token_reuse',
    ]);
  });

  it('report a fault of the app without its message', async () => {
    const { browser } = await startApp({
      strategy: {
        destination: () => {
          throw new TypeError('+64211111111 is secret');
        },
      },
    });
    const heard = listenToEvents();
    await browser().login();
    expect(heard).toEqual([{ name: 'failed', code: 'unknown', ...nobody, userId: 1 }]);
  });
});

const isPhase = (event: unknown) => Reflect.has(Object(event), 'strategy');

function nameAndCode(event: unknown): string {
  const { name, code, owasp } = Object(event);
  return `${name} ${code} ${owasp}`;
}
