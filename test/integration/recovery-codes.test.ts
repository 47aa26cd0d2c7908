import { describe, expect, it } from 'vitest';
import { generateRecoveryCodes, recordSecondFactor, requireSecondFactor } from '../../lib/index.js';
import type { Parts } from '../fixtures/app.js';
import { startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { recovering, startAppWithRecoveryCodes } from '../fixtures/recovering.js';
import { someRecoveryCodes, wrongRecoveryCode } from '../fixtures/recovery-codes.js';

describe('A recovery code on the code page', () => {
  it('takes the place of the code, and says how many are left', async () => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const answer = await alice.recover(stored.code());
    expect(answer.status).toBe(200);
    expect(answer.body.user.name).toBe('alice');
    expect(answer.body.info).toEqual({
      code: 'verified',
      purpose: 'login',
      method: 'recovery_code',
      amr: ['mfa'],
      verifiedAt: expect.any(String),
      recoveryCodesRemaining: 9,
    });
    expect((await alice.get('/me')).body.user.name).toBe('alice');
    expect(stored.left()).toBe(9);
    expect(checks(emulator)).toBe(0);
    expect((await alice.get('/login/code')).body).toBeNull();
  });

  it('is accepted as people type it, beside the empty code field of a form', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const recoveryCode = ` ${stored.code().toLowerCase().replaceAll('-', ' ')}\n`;
    const answer = await alice.post('/login/code', { code: '', recoveryCode });
    expect(answer.body.info.method).toBe('recovery_code');
  });

  it('is ignored if it is empty, so that a form can have both fields', async () => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const code = newestCode(emulator);
    const answer = await alice.post('/login/code', { code, recoveryCode: '' });
    expect(answer.body.info.method).toBe('sms');
    expect(stored.asked).toEqual([]);
  });

  it('is wrong even if another user of this browser is locked', async () => {
    const { waiting, browser, emulator } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 1 } },
    });
    const tabs = await waiting();
    await tabs.login('bob');
    const bob = browser();
    await bob.login('bob');
    await bob.enter(wrongCodeFor(emulator));
    expect((await browser().login('bob')).body.code).toBe('user_locked');
    expect((await tabs.recover(wrongRecoveryCode)).body.code).toBe('recovery_code_incorrect');
  });

  it('is accepted after the code has expired, while the first factor is fresh', async () => {
    const clock = stopClock();
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    clock.advance(5 * minute);
    expect((await alice.recover(stored.code())).status).toBe(200);
  });

  it('is accepted when it is unknown whether the message was sent', async () => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    const alice = await waiting();
    expect((await alice.enter('123456')).body.code).toBe('delivery_unknown');
    expect((await alice.recover(stored.code())).status).toBe(200);
  });

  it('is refused if it is wrong, with the attempts that are left', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const answer = await alice.recover(wrongRecoveryCode);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      code: 'recovery_code_incorrect',
      message: 'That recovery code is incorrect. 4 attempts left.',
      attemptsRemaining: 4,
      challenge: expect.objectContaining({ destination: '•••••11', attemptsRemaining: 4 }),
    });
    expect((await alice.recover(stored.code())).status).toBe(200);
  });

  it('is found for either of two people who log in with one browser', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const browser = await waiting('alice');
    await browser.login('bob');
    const answer = await browser.recover(stored.code());
    expect(answer.body.user.name).toBe('alice');
  });

  it('is refused without a challenge and without a first factor', async () => {
    const { browser, stored } = await startAppWithRecoveryCodes();
    const answer = await browser().post('/login/code', { recoveryCode: stored.code() });
    expect(answer.body.code).toBe('challenge_not_found');
    expect(stored.asked).toEqual([]);
  });

  it('can be followed at once by another login, as a code can', async () => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    await alice.recover(stored.code());
    expect((await (await waiting()).get('/login/code')).body).toMatchObject({ delivery: 'sent' });
    expect(emulator.messages).toHaveLength(2);
  });

  it('gives back no unanswered message, because it answers none', async () => {
    const { waiting, browser, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { unansweredSendsPerHour: 2 } },
    });
    await (await waiting()).recover(stored.code(0));
    await (await waiting()).recover(stored.code(1));
    expect((await browser().login()).body.code).toBe('send_limit_reached');
  });

  it('gives back the failures, as a code does', async () => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 2 } },
    });
    const alice = await waiting();
    await alice.enter(wrongCodeFor(emulator));
    expect((await alice.recover(stored.code())).status).toBe(200);
    const again = await waiting();
    await again.enter(wrongCodeFor(emulator));
    expect((await again.enter(newestCode(emulator))).status).toBe(200);
  });
});

describe('A recovery code beside the password', () => {
  it('logs in without an SMS', async () => {
    const { recoverAtOnce, emulator, stored } = await startAppWithRecoveryCodes();
    const answer = await recoverAtOnce(stored.code());
    expect(answer.status).toBe(200);
    expect(answer.body.info).toMatchObject({ method: 'recovery_code', recoveryCodesRemaining: 9 });
    expect(emulator.requests).toHaveLength(0);
  });

  it.each(['', undefined])('is ignored if it is %j: a code is sent', async (recoveryCode) => {
    const { recoverAtOnce } = await startAppWithRecoveryCodes();
    expect((await recoverAtOnce(recoveryCode)).body.code).toBe('challenge_sent');
  });

  it('logs in when the provider is down, and when the user has no number', async () => {
    const { recoverAtOnce, emulator, users, stored } = await startAppWithRecoveryCodes();
    await emulator.stop();
    users.alice.mobile = null;
    expect((await recoverAtOnce(stored.code())).status).toBe(200);
  });

  it('is refused if it is wrong, with the attempts that are left until a lock', async () => {
    const { recoverAtOnce, emulator } = await startAppWithRecoveryCodes();
    const answer = await recoverAtOnce(wrongRecoveryCode);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      code: 'recovery_code_incorrect',
      message: 'That recovery code is incorrect. 9 attempts left.',
      attemptsRemaining: 9,
    });
    expect(emulator.messages).toHaveLength(0);
  });

  it('answers the challenge that the client holds', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const body = { username: 'alice', password: 'right', recoveryCode: wrongRecoveryCode };
    expect((await alice.post('/login', body)).body.attemptsRemaining).toBe(4);
    const answer = await alice.post('/login', { ...body, recoveryCode: stored.code() });
    expect(answer.body.user.name).toBe('alice');
  });

  it.each<[string, (clock: { advance(ms: number): void }) => void, number]>([
    ['has no attempts left', () => undefined, 5],
    ['is too old', (clock) => clock.advance(15 * minute), 1],
  ])('needs no challenge if the one that the client holds %s', async (_why, act, failures) => {
    const clock = stopClock();
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    for (let tried = 0; tried < failures; tried += 1) await alice.recover(wrongRecoveryCode);
    act(clock);
    expect((await alice.recover(stored.code())).status).not.toBe(200);
    const body = { username: 'alice', password: 'right', recoveryCode: stored.code() };
    expect((await alice.post('/login', body)).status).toBe(200);
  });

  it('leaves the pending login of another user in the same browser', async () => {
    const { waiting, emulator, passport, stored } = await startAppWithRecoveryCodes();
    passport.transformAuthInfo(recordSecondFactor);
    const browser = await waiting('bob');
    const body = { username: 'alice', password: 'right', recoveryCode: stored.code() };
    expect((await browser.post('/login', body)).body.user.name).toBe('alice');
    expect((await browser.enter(newestCode(emulator))).body.user.name).toBe('bob');
  });

  it('is loaded by the verify callback, which gets the method and the time of the first factor', async () => {
    const clock = stopClock();
    const seen: unknown[] = [];
    const { recoverAtOnce, waiting, emulator, stored } = await startAppWithRecoveryCodes({
      verify: (users) => async (verification) => {
        seen.push(verification);
        return users.find(verification.userId);
      },
    });
    const firstFactorAt = new Date();
    await recoverAtOnce(stored.code(0));
    const alice = await waiting();
    clock.advance(minute);
    await alice.recover(stored.code(1));
    const later = new Date();
    await (await waiting()).enter(newestCode(emulator));
    const about = { userId: 1, purpose: 'login', firstFactorAt };
    const destination = '+64211111111';
    expect(seen).toEqual([
      { ...about, method: 'recovery_code', destination: undefined },
      { ...about, method: 'recovery_code', destination },
      { ...about, method: 'sms', destination, firstFactorAt: later },
    ]);
  });
});

describe('A recovery code of a logged-in user', () => {
  const routes = ({ app, passport, loggedIn, answerUser }: Parts) => {
    passport.transformAuthInfo(recordSecondFactor);
    const stepUp = { purpose: 'step-up', failWithError: true } as const;
    app.post('/step-up', passport.authorize('modica-2fa', { ...stepUp }), answerUser);
    const payment = { ...stepUp, transaction: () => 'invoice 7' };
    app.post('/payment', passport.authorize('modica-2fa', payment), answerUser);
    app.all('/guarded', requireSecondFactor({ maxAge: 60 }), answerUser);
    app.get('/logged-in', loggedIn, answerUser);
  };

  async function startLoggedIn() {
    const parts = await startAppWithRecoveryCodes({ routes });
    const alice = await parts.waiting();
    await alice.enter(newestCode(parts.emulator));
    const recover = (recoveryCode: string) => alice.post('/step-up', { recoveryCode });
    return { ...parts, alice, recover };
  }

  it('confirms a step-up without an SMS, and satisfies guards', async () => {
    const clock = stopClock();
    const { alice, recover, emulator, stored } = await startLoggedIn();
    clock.advance(2 * minute);
    expect((await alice.get('/guarded')).body.code).toBe('second_factor_required');
    const answer = await recover(stored.code());
    expect(answer.body.info).toMatchObject({ purpose: 'step-up', method: 'recovery_code' });
    expect((await alice.get('/guarded')).status).toBe(200);
    expect(emulator.messages).toHaveLength(1);
  });

  it('answers the pending step-up', async () => {
    const { alice, recover, stored } = await startLoggedIn();
    await alice.post('/step-up');
    expect((await recover(wrongRecoveryCode)).body).toMatchObject({ attemptsRemaining: 4 });
    expect((await recover(stored.code())).status).toBe(200);
  });

  it('of a login satisfies guards, so that a lost phone can be replaced', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes({ routes });
    const alice = await waiting();
    await alice.recover(stored.code());
    expect((await alice.get('/guarded')).status).toBe(200);
  });

  it('leaves a payment that waits in another tab', async () => {
    const { alice, recover, emulator, stored } = await startLoggedIn();
    await alice.post('/payment');
    expect((await recover(stored.code())).status).toBe(200);
    const answer = await alice.post('/payment', { code: newestCode(emulator) });
    expect(answer.body.info.transaction).toBe('invoice 7');
  });
});

describe('The option "recoveryCodes"', () => {
  it('is needed for a recovery code to be read', async () => {
    const stored = await someRecoveryCodes();
    const app = await startApp();
    const { waiting, recoverAtOnce } = recovering(app);
    expect((await recoverAtOnce(stored.code())).body.code).toBe('challenge_sent');
    expect((await (await waiting()).recover(stored.code())).body.code).toBe('code_malformed');
  });

  it('may be an instance of a class, and callbacks need not be asynchronous', async () => {
    const { hashes } = await generateRecoveryCodes();
    class Table {
      readonly name = 'recovery_codes';
      readonly rows = new Set(hashes);
      hashes() {
        return [...this.rows];
      }
      consume(_userId: number | string, hash: string) {
        return this.rows.delete(hash);
      }
    }
    const table = new Table();
    const app = await startApp({ strategy: { recoveryCodes: table } });
    const answer = await recovering(app).recoverAtOnce('5AAA-AAAA-AAAA-AAAA');
    expect(answer.body.code).toBe('recovery_code_incorrect');
  });

  it('reads the code from another field', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes({
      strategy: { recoveryCodeField: 'backup' },
    });
    const alice = await waiting();
    expect((await alice.post('/login/code', { backup: stored.code() })).status).toBe(200);
  });

  it('works without sessions, with a challenge and without one', async () => {
    const { client, recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      session: false,
      strategy: { state: 'client' },
    });
    const credentials = { username: 'alice', password: 'right' };
    const { challenge } = (await client().post('/login').send(credentials)).body;
    const recover = (recoveryCode: string) =>
      client().post('/login/code').send({ challenge: challenge.id, recoveryCode });
    expect((await recover(wrongRecoveryCode)).body.challenge.id).toBe(challenge.id);
    expect((await recover(stored.code(0))).status).toBe(200);
    expect((await recover(stored.code(1))).body.code).toBe('challenge_not_found');
    expect((await recoverAtOnce(stored.code(2))).status).toBe(200);
    expect(stored.left()).toBe(8);
  });
});

describe('The events of recovery codes', () => {
  it('report one that was used, with how many are left, and one that was wrong', async () => {
    const clock = stopClock();
    const { waiting, stored, recoverAtOnce } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const events = listenToEvents();
    await alice.recover(wrongRecoveryCode);
    await alice.recover(stored.code());
    clock.advance(30 * second);
    await recoverAtOnce(stored.code(1));
    const about = { strategy: 'modica-2fa', realm: 'users', purpose: 'login', userId: 1 };
    const phase = { ...about, requestId: undefined, duration: expect.any(Number) };
    const onChallenge = { ...phase, destination: '•••••11' };
    expect(events).toEqual([
      {
        name: 'code_refused',
        code: 'recovery_code_incorrect',
        owasp: 'authn_login_fail',
        ...onChallenge,
      },
      { name: 'recovery_code_used', remaining: 9, owasp: 'authn_login_success', ...onChallenge },
      {
        name: 'recovery_code_used',
        remaining: 8,
        owasp: 'authn_login_success',
        ...phase,
        destination: undefined,
      },
    ]);
  });
});
