import { inspect } from 'node:util';
import type { ErrorRequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { recordSecondFactor, requireSecondFactor } from '../../lib/index.js';
import { cookieOf, sessionText } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { closedGate } from '../fixtures/gate.js';
import { beforeCounting, failingMemory, someMemory } from '../fixtures/memory.js';
import { startAppWithRecoveryCodes } from '../fixtures/recovering.js';
import { wrongRecoveryCode } from '../fixtures/recovery-codes.js';

const times = <T>(count: number, act: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

const codesOf = (answers: readonly { readonly body: { readonly code?: string } }[]) =>
  answers.map(({ body }) => body.code);

describe('Guessing recovery codes', () => {
  it('A1: gets five of fifty parallel codes checked', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const codes = codesOf(await times(50, () => alice.recover(wrongRecoveryCode)));
    expect(stored.asked).toHaveLength(5);
    expect(codes.filter((code) => code === 'recovery_code_incorrect')).toHaveLength(5);
    expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(45);
  });

  it('A1: gets ten of fifty parallel codes checked beside the password, and is then locked', async () => {
    const { recoverAtOnce, stored } = await startAppWithRecoveryCodes();
    const codes = codesOf(await times(50, () => recoverAtOnce(wrongRecoveryCode)));
    expect(stored.asked).toHaveLength(10);
    expect(codes.filter((code) => code === 'recovery_code_incorrect')).toHaveLength(10);
    expect(codes.filter((code) => code === 'user_locked')).toHaveLength(40);
    expect((await recoverAtOnce(stored.code())).body).toMatchObject({
      code: 'user_locked',
      retryAfter: 900,
    });
  });

  it('A4: gains nothing from new challenges, other sessions or the other kind of code', async () => {
    const { waiting, recoverAtOnce, browser, emulator, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 4 } },
    });
    const alice = await waiting();
    await alice.enter(wrongCodeFor(emulator));
    await alice.recover(wrongRecoveryCode);
    await recoverAtOnce(wrongRecoveryCode);
    expect((await recoverAtOnce(wrongRecoveryCode)).body).toMatchObject({ attemptsRemaining: 0 });
    const code = newestCode(emulator);
    expect((await alice.recover(stored.code())).body.code).toBe('user_locked');
    expect((await alice.enter(code)).body.code).toBe('user_locked');
    expect((await recoverAtOnce(stored.code())).body.code).toBe('user_locked');
    expect((await browser().login()).body.code).toBe('user_locked');
    expect(stored.left()).toBe(10);
  });

  it('A4: reports the lock as an event', async () => {
    const { recoverAtOnce } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 1 } },
    });
    const events = listenToEvents();
    await recoverAtOnce(wrongRecoveryCode);
    expect(events).toContainEqual(
      expect.objectContaining({ name: 'user_locked', owasp: 'authn_login_lock' }),
    );
  });

  it.each<[string, object]>([
    ['on a challenge', {}],
    ['beside the password', { username: 'alice', password: 'right' }],
  ])('A5: counts before the hashes are read, %s', async (_where, credentials) => {
    const order: string[] = [];
    const memory = beforeCounting(await someMemory(), ':failures', () => order.push('counted'));
    const { waiting } = await startAppWithRecoveryCodes({
      strategy: memory,
      recoveryCodes: {
        hashes: () => {
          order.push('hashes');
          return [];
        },
      },
    });
    const alice = await waiting();
    const path = 'username' in credentials ? '/login' : '/login/code';
    await alice.post(path, { ...credentials, recoveryCode: wrongRecoveryCode });
    expect(order).toEqual(['counted', 'hashes']);
  });

  it("A6: gains nothing from another user's success", async () => {
    const { recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 2 } },
    });
    await recoverAtOnce(wrongRecoveryCode);
    expect((await recoverAtOnce(stored.bob[0], 'bob')).status).toBe(200);
    await recoverAtOnce(wrongRecoveryCode);
    expect((await recoverAtOnce(stored.code())).body.code).toBe('user_locked');
  });

  it('A26: is locked after a hundred failures without a success, however slow', async () => {
    const clock = stopClock();
    const { recoverAtOnce, strategy, stored } = await startAppWithRecoveryCodes();
    for (let wave = 0; wave < 20; wave += 1) {
      await times(5, () => recoverAtOnce(wrongRecoveryCode));
      clock.advance(16 * minute);
    }
    clock.advance(365 * 24 * 60 * minute);
    const locked = await recoverAtOnce(stored.code());
    expect(locked.body).toMatchObject({ code: 'user_locked' });
    expect(locked.body).not.toHaveProperty('retryAfter');
    await strategy.unlock(1);
    expect((await recoverAtOnce(stored.code())).status).toBe(200);
  });

  it('A26: counts towards the hundred, even if another request voids the challenge meanwhile', async () => {
    const gate = closedGate();
    let asked = 0;
    const { browser, postsAfter, recoverAtOnce } = await startAppWithRecoveryCodes({
      strategy: { limits: { consecutiveFailures: 5, failuresPerUser: 5 } },
      recoveryCodes: {
        hashes: async () => {
          asked += 1;
          await gate.opened;
          return [];
        },
      },
    });
    const login = await browser().login();
    const send = postsAfter(login);
    const guesses = times(5, () => send('/login/code', { recoveryCode: wrongRecoveryCode }));
    await expect.poll(() => asked).toBe(5);
    const challenge = login.body.challenge.id;
    const other = {
      username: 'bob',
      password: 'right',
      recoveryCode: wrongRecoveryCode,
      challenge,
    };
    expect((await send('/login', other)).body.code).toBe('user_changed');
    gate.open();
    expect(new Set(codesOf(await guesses))).toEqual(new Set(['challenge_used']));
    const locked = await recoverAtOnce(wrongRecoveryCode);
    expect(locked.body.code).toBe('user_locked');
    expect(locked.body).not.toHaveProperty('retryAfter');
  });

  it('A38: adds no key to the storage while the user is locked', async () => {
    const { store, limiter } = await someMemory();
    const keys = new Set<string>();
    const { recoverAtOnce } = await startAppWithRecoveryCodes({
      strategy: {
        store,
        limits: { failuresPerUser: 1 },
        limiter: (options) => {
          const real = limiter(options);
          const consume = (key: string) => {
            keys.add(options.keyPrefix + key);
            return real.consume(key);
          };
          return Object.assign(Object.create(real), { consume });
        },
      },
    });
    await recoverAtOnce(wrongRecoveryCode);
    const before = keys.size;
    await times(20, () => recoverAtOnce(wrongRecoveryCode));
    expect(keys.size).toBe(before);
  });
});

describe('The single use of a recovery code', () => {
  it('A2: logs in once with fifty parallel requests on one challenge', async () => {
    const { browser, client, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { attemptsPerChallenge: 20, failuresPerUser: 100 } },
    });
    const cookie = cookieOf(await browser().login()) ?? '';
    const answers = await times(50, () =>
      client().post('/login/code').set('Cookie', cookie).send({ recoveryCode: stored.code() }),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refusals = new Set(codesOf(answers.filter(({ status }) => status !== 200)));
    expect([...refusals].sort()).toEqual(['challenge_used', 'too_many_attempts']);
    expect(stored.left()).toBe(9);
  });

  it('A2: logs in once with fifty parallel requests in sessions of their own', async () => {
    const { recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 100 } },
    });
    const answers = await times(50, () => recoverAtOnce(stored.code()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(codesOf(answers))).toEqual(new Set([undefined, 'recovery_code_incorrect']));
    expect(stored.left()).toBe(9);
  });

  it('A2: counts no failure for a code that another request has just used up', async () => {
    const { recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 1 } },
      recoveryCodes: { consume: () => false },
    });
    for (let tried = 0; tried < 3; tried += 1) {
      const answer = await recoverAtOnce(stored.code());
      expect(answer.body).toEqual({
        code: 'recovery_code_incorrect',
        message: 'That recovery code is incorrect.',
      });
    }
  });

  it('A2: counts no failure for a second click, whose code is gone when it is looked for', async () => {
    const gate = closedGate();
    let looked = 0;
    const { browser, client, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 2 } },
      recoveryCodes: {
        hashes: async (userId) => {
          looked += 1;
          if (looked === 2) await gate.opened;
          return [...(stored.table.get(userId) ?? [])];
        },
      },
    });
    const cookie = cookieOf(await browser().login()) ?? '';
    const click = async () =>
      client().post('/login/code').set('Cookie', cookie).send({ recoveryCode: stored.code() });
    const clicks = [click(), click()];
    expect((await Promise.race(clicks)).status).toBe(200);
    gate.open();
    expect(codesOf(await Promise.all(clicks)).sort()).toEqual(['challenge_used', undefined]);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });

  it('A2: beside a correct code: exactly one logs in, and an unused recovery code is not lost', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { browser, client, emulator, stored } = await startAppWithRecoveryCodes();
      const cookie = cookieOf(await browser().login()) ?? '';
      const enter = (body: object) => client().post('/login/code').set('Cookie', cookie).send(body);
      const code = newestCode(emulator);
      const answers = await Promise.all([enter({ code }), enter({ recoveryCode: stored.code() })]);
      const [sms, recovery] = answers.map(({ status }) => status === 200);
      expect([sms, recovery].filter(Boolean)).toHaveLength(1);
      expect(stored.left()).toBe(recovery ? 9 : 10);
    }
  });

  it('A2: in a step-up, after a correct code at the same time, is refused and not lost', async () => {
    const gate = closedGate();
    let isHeld = false;
    const { waiting, client, emulator, stored } = await startAppWithRecoveryCodes({
      recoveryCodes: {
        hashes: async (userId) => {
          if (isHeld) await gate.opened;
          return [...(table.get(userId) ?? [])];
        },
      },
      routes: ({ app, passport, answerUser }) => {
        const stepUp = { purpose: 'step-up', failWithError: true } as const;
        app.post('/step-up', passport.authorize('modica-2fa', stepUp), answerUser);
      },
    });
    const { table } = stored;
    const alice = await waiting();
    const login = await alice.enter(newestCode(emulator));
    await alice.post('/step-up');
    isHeld = true;
    const recover = client()
      .post('/step-up')
      .set('Cookie', cookieOf(login) ?? '')
      .send({ recoveryCode: stored.code() })
      .then((answer) => answer);
    expect((await alice.post('/step-up', { code: newestCode(emulator) })).status).toBe(200);
    gate.open();
    expect((await recover).body.code).toBe('challenge_used');
    expect(stored.left()).toBe(10);
  });

  it('A2: in a step-up whose challenge was answered elsewhere, is refused once and not lost', async () => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes({
      routes: ({ app, passport, answerUser }) => {
        const stepUp = { purpose: 'step-up', failWithError: true } as const;
        app.post('/step-up', passport.authorize('modica-2fa', stepUp), answerUser);
      },
    });
    const [one, other] = [await waiting(), await waiting()];
    await one.enter(newestCode(emulator));
    await other.login();
    await other.enter(newestCode(emulator));
    await one.post('/step-up');
    await other.post('/step-up');
    expect((await one.post('/step-up', { code: newestCode(emulator) })).status).toBe(200);
    const recover = () => other.post('/step-up', { recoveryCode: stored.code() });
    expect((await recover()).body.code).toBe('challenge_used');
    expect(stored.left()).toBe(10);
    expect((await recover()).status).toBe(200);
  });

  it('A3: is over once it has been used, in every session', async () => {
    const { waiting, recoverAtOnce, stored } = await startAppWithRecoveryCodes();
    expect((await recoverAtOnce(stored.code())).status).toBe(200);
    expect((await recoverAtOnce(stored.code())).body.code).toBe('recovery_code_incorrect');
    const alice = await waiting();
    expect((await alice.recover(stored.code())).body.code).toBe('recovery_code_incorrect');
  });

  it('A3, A28: uses up the challenge too: its code and its cookie are worth nothing afterwards', async () => {
    const { browser, client, emulator, stored } = await startAppWithRecoveryCodes();
    const cookie = cookieOf(await browser().login()) ?? '';
    const enter = (body: object) => client().post('/login/code').set('Cookie', cookie).send(body);
    const shared = browser();
    await shared.login();
    const code = newestCode(emulator);
    expect((await enter({ recoveryCode: stored.code(0) })).status).toBe(200);
    expect((await enter({ code })).status).toBe(401);
    expect((await shared.enter(code)).body.code).toBe('challenge_used');
    expect(checks(emulator)).toBe(0);
    const answer = await shared.post('/login/code', { recoveryCode: stored.code(1) });
    expect(answer.body.code).toBe('challenge_used');
    expect(stored.left()).toBe(9);
  });

  it('A28: is refused on a challenge that was cancelled, and not lost', async () => {
    const { waiting, strategy, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    await strategy.cancel(1);
    expect((await alice.recover(stored.code())).body.code).toBe('challenge_used');
    expect((await alice.recover(stored.code())).body.code).toBe('challenge_not_found');
    expect(stored.left()).toBe(10);
  });

  it('A28: is not lost if the challenge is cancelled while it is looked for', async () => {
    const { waiting, strategy, stored } = await startAppWithRecoveryCodes({
      recoveryCodes: {
        hashes: async (userId) => {
          await strategy.cancel(userId);
          return [...(stored.table.get(userId) ?? [])];
        },
      },
    });
    const alice = await waiting();
    expect((await alice.recover(stored.code())).body.code).toBe('challenge_used');
    expect(stored.left()).toBe(10);
  });

  it('A28: logs no user in if the challenge is cancelled while the code is used up', async () => {
    const { waiting, strategy, stored } = await startAppWithRecoveryCodes({
      recoveryCodes: {
        consume: async (userId) => {
          await strategy.cancel(userId);
          return true;
        },
      },
    });
    const alice = await waiting();
    expect((await alice.recover(stored.code())).body.code).toBe('challenge_used');
    expect((await alice.get('/me')).status).toBe(401);
  });
});

describe('The user of a recovery code', () => {
  it('A7: is not logged in by a first factor that logs in, and the code is not lost', async () => {
    const { browser, stored } = await startAppWithRecoveryCodes({
      routes: ({ app, passport, answerUser }) => {
        const secondFactor = passport.authenticate('modica-2fa', { failWithError: true });
        app.post('/half', passport.authenticate('local'), secondFactor, answerUser);
      },
    });
    const alice = browser();
    const body = { username: 'alice', password: 'right', recoveryCode: stored.code() };
    expect((await alice.post('/half', body)).body.code).toBe('first_factor_logged_in');
    expect((await alice.get('/me')).status).toBe(401);
    expect(stored.asked).toEqual([]);
  });

  it('A8: needs a first factor: no other route is opened by the code alone', async () => {
    const { browser, stored } = await startAppWithRecoveryCodes({
      routes: ({ app, passport, answerUser }) => {
        app.all('/guarded', requireSecondFactor(), answerUser);
        const stepUp = { purpose: 'step-up', failWithError: true } as const;
        app.post('/step-up', passport.authorize('modica-2fa', stepUp), answerUser);
      },
    });
    const anyone = browser();
    for (const path of ['/step-up', '/guarded', '/login/code', '/me']) {
      await anyone.post(path, { recoveryCode: stored.code(), user: { id: 1 }, userId: 1 });
      expect((await anyone.get('/me')).status).toBe(401);
    }
    const wrong = { username: 'alice', password: 'wrong', recoveryCode: stored.code() };
    expect((await anyone.post('/login', wrong)).status).toBe(401);
    expect(stored.asked).toEqual([]);
  });

  it("A11: is the challenge's: another user's code is wrong, and stays unused", async () => {
    const { waiting, recoverAtOnce, stored } = await startAppWithRecoveryCodes();
    const bob = await waiting('bob');
    expect((await bob.recover(stored.code())).body.code).toBe('recovery_code_incorrect');
    const beside = await recoverAtOnce(stored.code(), 'bob');
    expect(beside.body.code).toBe('recovery_code_incorrect');
    expect([stored.left(1), stored.left(2)]).toEqual([10, 10]);
  });

  it("A11: is the one of the password, never the one of this browser's older challenge", async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const browser = await waiting('alice');
    const body = { username: 'bob', password: 'right', recoveryCode: stored.code() };
    expect((await browser.post('/login', body)).body.code).toBe('recovery_code_incorrect');
    expect(stored.left()).toBe(10);
  });

  it.each<[string, (parts: Awaited<ReturnType<typeof startAppWithRecoveryCodes>>) => void]>([
    ['the number', ({ users }) => Object.assign(users.alice, { mobile: '+64219999999' })],
    ['the password', ({ users }) => Object.assign(users.alice, { name: 'changed' })],
  ])('A12, A40: is refused if %s has changed since the first factor', async (_what, change) => {
    const parts = await startAppWithRecoveryCodes({
      strategy: { userVersion: ({ name }) => name },
    });
    const alice = await parts.waiting();
    change(parts);
    expect((await alice.recover(parts.stored.code())).body.code).toBe('user_changed');
    expect((await alice.get('/me')).status).toBe(401);
  });

  it('A12: is refused if the verify callback loads another', async () => {
    const { recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      verify: (users) => async () => users.bob,
    });
    expect((await recoverAtOnce(stored.code())).body.code).toBe('user_changed');
  });

  it('A15: gets a new session id, and the old one is invalid', async () => {
    const { browser, client, sessions, stored } = await startAppWithRecoveryCodes();
    const alice = browser();
    const before = cookieOf(await alice.login()) ?? '';
    const answer = await alice.post('/login/code', { recoveryCode: stored.code() });
    expect(cookieOf(answer)).not.toBe(before);
    expect((await client().get('/me').set('Cookie', before)).status).toBe(401);
    expect(await sessionText({ sessions })).not.toContain('two-factor');
  });

  it('A17: is refused when the first factor is too old', async () => {
    const clock = stopClock();
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    clock.advance(15 * minute);
    expect((await alice.recover(stored.code())).body.code).toBe('first_factor_expired');
    expect(stored.asked).toEqual([]);
  });

  it('A25: is never mixed up in a hundred interleaved logins on one instance', async () => {
    const { recoverAtOnce, users, stored } = await startAppWithRecoveryCodes();
    const hashes = [...(stored.table.get(1) ?? [])];
    const people = Array.from({ length: 100 }, (_, index) => ({
      id: 1000 + index,
      name: `user${index}`,
      mobile: null,
    }));
    users.all.push(...people);
    // Each has one code, the same as that of every tenth other: only its own is used up.
    for (const [index, { id }] of people.entries()) {
      stored.table.set(id, new Set([hashes[index % 10] ?? '']));
    }
    const answers = await times(100, (index) =>
      recoverAtOnce(stored.code(index % 10), people[index]?.name),
    );
    expect(answers.map(({ body }) => body.user?.name)).toEqual(people.map(({ name }) => name));
    expect(people.map(({ id }) => stored.left(id))).toEqual(people.map(() => 0));
  });
});

describe('A posted recovery code', () => {
  it.each<[string, unknown]>([
    ['an array', ['5AAA-AAAA-AAAA-AAAA']],
    ['an object', { $ne: null }],
    ['an empty object', {}],
    ['a number', 5],
    ['true', true],
    ['null', null],
    ['a blank', ' '],
    ['a NUL', '5AAA\u0000AAAAAAAAAAAA'],
    ['a code of a message', '123456'],
    ['too short a string', '5AAA-AAAA-AAAA-AAA'],
    ['half a megabyte', '5'.repeat(90_000)],
  ])(
    'A13: that is %s is refused in either phase, counted nowhere and looked for nowhere',
    async (_what, recoveryCode) => {
      const { waiting, recoverAtOnce, emulator, stored } = await startAppWithRecoveryCodes({
        strategy: { limits: { failuresPerUser: 1 } },
      });
      const alice = await waiting();
      const refused = {
        code: 'recovery_code_incorrect',
        message: 'That recovery code is incorrect.',
      };
      for (const answer of [await alice.recover(recoveryCode), await recoverAtOnce(recoveryCode)]) {
        expect(answer.status).toBe(401);
        expect(answer.body).toEqual(refused);
      }
      expect(stored.asked).toEqual([]);
      expect(emulator.messages).toHaveLength(1);
      expect((await alice.recover(stored.code())).status).toBe(200);
    },
  );

  it.each<[string, object]>([
    ['a code', { code: '123456' }],
    ['something in the place of a code', { code: null }],
    ['a resend', { resend: true }],
    ['an empty code and a resend', { code: '', resend: '1' }],
  ])('A13: beside %s is malformed, and nothing is counted or sent', async (_what, beside) => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const both = { ...beside, recoveryCode: stored.code() };
    const credentials = { username: 'alice', password: 'right' };
    for (const answer of [
      await alice.post('/login/code', both),
      await alice.post('/login', { ...credentials, ...both }),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('code_malformed');
    }
    expect(stored.asked).toEqual([]);
    expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(5);
    expect([emulator.messages.length, checks(emulator)]).toEqual([1, 0]);
  });

  it('A14: is not read from __proto__, nor from a polluted prototype', async () => {
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    const polluting = `{"__proto__":{"recoveryCode":"${stored.code()}"}}`;
    const answer = await alice.agent.post('/login/code').type('json').send(polluting);
    expect(answer.body.code).toBe('code_malformed');
    const property = { value: stored.code(), configurable: true };
    Object.defineProperty(Object.prototype, 'recoveryCode', property);
    try {
      expect((await alice.post('/login/code')).body.code).toBe('code_malformed');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'recoveryCode');
    }
    expect(stored.asked).toEqual([]);
  });

  it('is never read from a GET', async () => {
    const { browser, stored, emulator } = await startAppWithRecoveryCodes({
      routes: ({ app, passport, password, answerUser }) => {
        const route = { failWithError: true, phase: 'response' } as const;
        app.get('/by-get', password, passport.authenticate('modica-2fa', route), answerUser);
      },
    });
    const body = { username: 'alice', password: 'right', recoveryCode: stored.code() };
    expect((await browser().agent.get('/by-get').send(body)).status).toBe(405);
    expect([stored.asked.length, emulator.messages.length]).toEqual([0, 0]);
  });

  it.each<[string, object]>([
    ['a step-up', { purpose: 'step-up', transaction: () => 'invoice 7' }],
    ['a login', { transaction: () => 'invoice 7' }],
    ['an enrolment', { purpose: 'enrol', destination: () => '+64213333333' }],
  ])('A24, A34: approves no transaction and enrols no number: %s', async (_what, route) => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes({
      routes: ({ app, passport, password, answerUser }) => {
        const settings = { ...route, session: false, failWithError: true };
        const secondFactor = passport.authenticate('modica-2fa', settings);
        app.post('/logged-in', secondFactor, answerUser);
        app.post('/first-factor', password, secondFactor, answerUser);
      },
    });
    const alice = await waiting();
    const body = { username: 'alice', password: 'right', recoveryCode: stored.code() };
    const beside = await alice.post('/first-factor', body);
    expect([beside.status, beside.body.code]).toEqual([400, 'code_malformed']);
    if ('purpose' in route) {
      await alice.enter(newestCode(emulator));
      await alice.post('/logged-in');
      const sent = emulator.messages.length;
      const answer = await alice.post('/logged-in', { recoveryCode: stored.code() });
      expect([answer.status, answer.body.code]).toEqual([400, 'code_malformed']);
      expect(emulator.messages).toHaveLength(sent);
    }
    expect(stored.asked).toEqual([]);
  });

  it('A16: is a second factor of its user alone', async () => {
    const { waiting, stored, passport, emulator } = await startAppWithRecoveryCodes({
      route: { keepSessionInfo: true },
      routes: ({ app, answerUser }) => app.all('/guarded', requireSecondFactor(), answerUser),
    });
    passport.transformAuthInfo(recordSecondFactor);
    const browser = await waiting('alice');
    await browser.recover(stored.code());
    expect((await browser.get('/guarded')).status).toBe(200);
    await browser.post('/logout');
    await browser.login('bob');
    expect((await browser.get('/guarded')).status).toBe(401);
    expect((await browser.enter(newestCode(emulator))).body.user.name).toBe('bob');
  });
});

describe('What is revealed about recovery codes', () => {
  it('A18: in events, errors, answers and sessions: neither a code nor a hash', async () => {
    const events = listenToEvents();
    const errors: unknown[] = [];
    let broken = false;
    const { waiting, recoverAtOnce, sessions, strategy, stored } = await startAppWithRecoveryCodes({
      recoveryCodes: {
        hashes: (userId) => {
          const hashes = [...(stored.table.get(userId) ?? [])];
          return broken ? [...hashes, `${hashes[0]}x`] : hashes;
        },
      },
      routes: ({ app }) => {
        const keep: ErrorRequestHandler = (error, _request, _response, next) => {
          errors.push(error);
          next(error);
        };
        app.use(keep);
      },
    });
    const secrets = [stored.code(), ...(stored.table.get(1) ?? [])].flatMap((secret) => [
      secret,
      secret.replaceAll('-', ''),
      secret.slice(-43),
    ]);
    const alice = await waiting();
    const answers = [
      await alice.recover(wrongRecoveryCode),
      await alice.recover(`${stored.code()} `.repeat(2)),
    ];
    broken = true;
    answers.push(await alice.recover(stored.code()));
    broken = false;
    answers.push(await alice.recover(stored.code()), await recoverAtOnce(stored.code()));
    const shown = (value: unknown) =>
      inspect(value, { depth: Number.POSITIVE_INFINITY }) + JSON.stringify(value);
    expect(errors).toHaveLength(5);
    const texts = [
      await sessionText({ sessions }),
      inspect(strategy, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
      shown(events),
      ...errors.map(shown),
      ...answers.map(({ text }) => text),
    ];
    for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('A22: nothing reveals whether a user has any', async () => {
    const { waiting, recoverAtOnce, browser, users, stored } = await startAppWithRecoveryCodes();
    const answers = async (name: string) => {
      const each = await waiting(name);
      const texts = [
        (await browser().login(name, 'wrong')).body,
        (await each.get('/login/code')).body,
        (await each.recover(wrongRecoveryCode)).body,
        (await recoverAtOnce(wrongRecoveryCode, name)).body,
        (await each.recover('?')).body,
      ];
      return JSON.stringify(texts).replaceAll(/"(id|expiresAt|resendAt)":"[^"]*"/g, '"$1"');
    };
    users.bob.mobile = '+64212222211';
    stored.table.delete(2);
    expect(await answers('bob')).toBe(await answers('alice'));
  });
});

describe('A9, F6, F7: the app fails to look a recovery code up', () => {
  const never = () => new Promise<never>(() => {});
  const failures: readonly (readonly [string, () => never | Promise<never>, string])[] = [
    [
      'throws',
      () => {
        throw new Error('SQLITE_BUSY');
      },
      'internal',
    ],
    ['rejects', () => Promise.reject(new Error('connection lost')), 'internal'],
    ['rejects with nothing', () => Promise.reject(undefined), 'verify_failed'],
    ['never settles', never, 'verify_timed_out'],
  ];
  const wrongLists = [undefined, null, false, 'text', {}, [1], [null], [{ hash: 'text' }]];

  it.each([
    ...failures,
    ...wrongLists.map(
      (list) => [`returns ${inspect(list)}`, () => list, 'option_invalid'] as const,
    ),
    ['returns no hash of ours', () => ['$2b$10$abc'], 'store_record_unreadable'] as const,
  ])('"hashes" %s: no login, nothing counted, nothing lost', async (_how, fail, code) => {
    let isDown = true;
    const { waiting, recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      strategy: { verifyTimeout: 100, limits: { attemptsPerChallenge: 1, failuresPerUser: 1 } },
      recoveryCodes: {
        hashes: (userId) => {
          if (isDown) return Object({ returned: fail() }).returned;
          return [...(stored.table.get(userId) ?? [])];
        },
      },
    });
    const alice = await waiting();
    for (const answer of [
      await alice.recover(stored.code()),
      await alice.recover(stored.code()),
      await recoverAtOnce(stored.code()),
    ]) {
      expect(answer.status).toBe(500);
      expect(answer.body.code).toBe(code);
    }
    expect((await alice.get('/me')).status).toBe(401);
    isDown = false;
    expect((await alice.recover(stored.code())).status).toBe(200);
  });

  const wrongAnswers = [undefined, null, 0, 1, 'true', {}, [], { changes: 1 }, { count: 1 }];

  it.each([
    ...failures,
    ...wrongAnswers.map((is) => [`returns ${inspect(is)}`, () => is, 'option_invalid'] as const),
  ])('"consume" %s: no login, no failure counted, the code not lost', async (_how, fail, code) => {
    let isDown = true;
    const { waiting, recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      strategy: { verifyTimeout: 100, limits: { failuresPerUser: 1 } },
      recoveryCodes: {
        consume: (userId, hash) => {
          if (isDown) return Object({ returned: fail() }).returned;
          return stored.option.consume(userId, hash);
        },
      },
    });
    const alice = await waiting();
    for (const answer of [await alice.recover(stored.code()), await recoverAtOnce(stored.code())]) {
      expect(answer.status).toBe(500);
      expect(answer.body.code).toBe(code);
    }
    expect((await alice.get('/me')).status).toBe(401);
    isDown = false;
    // The challenge has been claimed, so it starts again.
    expect((await alice.recover(stored.code())).body.code).toBe('challenge_not_found');
    expect((await recoverAtOnce(stored.code())).status).toBe(200);
  });

  it.each([
    ['get', 'store_failed'],
    ['limiter', 'limiter_failed'],
  ] as const)('the storage is down (%s): nothing is looked up', async (operation, code) => {
    const { memory, failAlways } = await failingMemory();
    const { waiting, stored } = await startAppWithRecoveryCodes({ strategy: memory });
    const alice = await waiting();
    failAlways(operation);
    expect((await alice.recover(stored.code())).body.code).toBe(code);
    expect(stored.asked).toEqual([]);
  });

  it('the challenge cannot be deleted: no login, and the code is not lost', async () => {
    const { memory, failAlways } = await failingMemory();
    const { waiting, stored } = await startAppWithRecoveryCodes({ strategy: memory });
    const alice = await waiting();
    failAlways('delete');
    expect((await alice.recover(stored.code())).body.code).toBe('store_failed');
    expect(stored.left()).toBe(10);
  });

  it('F13: a count that cannot be given back does not fail the login', async () => {
    const { store, limiter } = await someMemory();
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const { recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      strategy: {
        store,
        limiter: (options) => {
          const real = limiter(options);
          if (!options.keyPrefix.endsWith(':locks')) return real;
          const shardIsDown = () => Promise.reject(new Error('This shard is down'));
          return Object.assign(Object.create(real), { delete: shardIsDown });
        },
      },
    });
    expect((await recoverAtOnce(stored.code())).status).toBe(200);
    expect(await warned).toMatchObject({ code: 'limiter_failed' });
  });

  it('F8: a clock that is set back extends nothing', async () => {
    const clock = stopClock();
    const { waiting, stored } = await startAppWithRecoveryCodes();
    const alice = await waiting();
    clock.advance(-90 * second);
    expect((await alice.recover(stored.code())).body.code).toBe('first_factor_expired');
  });

  it('the verify callback fails: the code is used up, as a code is', async () => {
    const { recoverAtOnce, stored } = await startAppWithRecoveryCodes({
      verify: () => () => Promise.reject(new Error('The database is down')),
    });
    expect((await recoverAtOnce(stored.code())).status).toBe(500);
    expect(stored.left()).toBe(9);
  });
});
