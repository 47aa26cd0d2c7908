import { inspect } from 'node:util';
import type { ErrorRequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { TwoFactorRefusal } from '../../lib/index.js';
import type { Parts } from '../fixtures/app.js';
import { cookieOf, sessionText } from '../fixtures/app.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { closedGate } from '../fixtures/gate.js';
import { startAppWithRecoveryCodes } from '../fixtures/recovering.js';
import { wrongRecoveryCode } from '../fixtures/recovery-codes.js';
import type { Users } from '../fixtures/users.js';

const credentials = { username: 'alice', password: 'right' };
const times = <T>(count: number, act: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

/** Routes of a user who is logged in. */
const account = ({ app, passport, answerUser }: Parts) => {
  const failWithError = true;
  const stepUp = { purpose: 'step-up', failWithError } as const;
  app.post('/step-up', passport.authorize('modica-2fa', { ...stepUp }), answerUser);
  const enrol = { purpose: 'enrol', destination: () => '+64213333333', failWithError } as const;
  app.post('/enrol', passport.authorize('modica-2fa', enrol), answerUser);
};

describe('Recovery codes and codes of messages, at once', () => {
  it('A1: share the five attempts of a challenge', async () => {
    const { browser, client, emulator, stored } = await startAppWithRecoveryCodes();
    const cookie = cookieOf(await browser().login()) ?? '';
    const wrong = [{ code: wrongCodeFor(emulator) }, { recoveryCode: wrongRecoveryCode }];
    const answers = await times(50, (index) =>
      client()
        .post('/login/code')
        .set('Cookie', cookie)
        .send(wrong[index % 2] ?? {})
        .then((answer) => answer.body.code),
    );
    expect(checks(emulator) + stored.asked.length).toBe(5);
    expect(answers.filter((code) => code === 'too_many_attempts')).toHaveLength(45);
  });

  it('A2: log in once, also when the recovery code is faster than the provider', async () => {
    const gate = closedGate();
    const { browser, client, emulator, stored } = await startAppWithRecoveryCodes();
    const cookie = cookieOf(await browser().login()) ?? '';
    const enter = (body: object) =>
      client()
        .post('/login/code')
        .set('Cookie', cookie)
        .send(body)
        .then((answer) => answer);
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until: gate.opened });
    const slow = enter({ code: newestCode(emulator) });
    await expect.poll(() => checks(emulator)).toBe(1);
    expect((await enter({ recoveryCode: stored.code() })).status).toBe(200);
    gate.open();
    expect((await slow).body.code).toBe('challenge_used');
    expect(stored.left()).toBe(9);
  });

  it('A2: count a second click, whose challenge is used meanwhile, among no recent failures', async () => {
    const gate = closedGate();
    let isHeld = true;
    let looked = 0;
    const { browser, postsAfter, recoverAtOnce } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 3 } },
      recoveryCodes: {
        hashes: async () => {
          looked += 1;
          if (isHeld) await gate.opened;
          return [];
        },
      },
    });
    const login = await browser().login();
    const send = postsAfter(login);
    const second = send('/login/code', { recoveryCode: wrongRecoveryCode });
    await expect.poll(() => looked).toBe(1);
    // Claims the challenge, and clears no count.
    const { id: challenge } = login.body.challenge;
    const other = { ...credentials, username: 'bob', recoveryCode: wrongRecoveryCode, challenge };
    expect((await send('/login', other)).body.code).toBe('user_changed');
    gate.open();
    expect((await second).body.code).toBe('challenge_used');
    isHeld = false;
    expect((await recoverAtOnce(wrongRecoveryCode)).body.attemptsRemaining).toBe(2);
  });

  it('A37: a recovery code gives back no failure at a number that is to be proved', async () => {
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes({
      strategy: { limits: { failuresPerUser: 3 } },
      routes: account,
    });
    const alice = await waiting();
    await alice.enter(newestCode(emulator));
    await alice.post('/enrol');
    const guess = async () => (await alice.post('/enrol', { code: wrongCodeFor(emulator) })).body;
    await guess();
    await guess();
    expect((await alice.post('/step-up', { recoveryCode: stored.code() })).status).toBe(200);
    expect((await guess()).code).toBe('code_incorrect');
    expect((await guess()).code).toBe('user_locked');
  });
});

describe('A recovery code beside the password', () => {
  const startVersioned = (change: (users: Users) => void) =>
    startAppWithRecoveryCodes({
      strategy: { userVersion: ({ name }) => name },
      verify: (users) => async (verification) => {
        change(users);
        return users.find(verification.userId);
      },
    });

  it('A40: logs in while the version of its user is that of the first factor', async () => {
    const { recoverAtOnce, stored } = await startVersioned(() => undefined);
    expect((await recoverAtOnce(stored.code())).status).toBe(200);
  });

  it('A40: is refused if the password has changed while it was checked', async () => {
    const { recoverAtOnce, stored } = await startVersioned(({ alice }) => {
      alice.name = 'changed';
    });
    expect((await recoverAtOnce(stored.code())).body.code).toBe('user_changed');
  });
});

describe('A request with a recovery code', () => {
  it('A20: sends nothing, whatever the code and however often', async () => {
    const { client, browser, emulator, stored } = await startAppWithRecoveryCodes();
    const codes = [wrongRecoveryCode, '?', stored.code(), ['x'], stored.bob[0]];
    await times(50, (index) =>
      client()
        .post('/login')
        .send({ ...credentials, recoveryCode: codes[index % codes.length] })
        .then((answer) => answer),
    );
    expect(emulator.requests).toHaveLength(0);
    // Nor does it use up a message of its user, or start a cooldown.
    expect((await browser().login('bob')).body.code).toBe('challenge_sent');
  });

  it.each([false, true])(
    'A21: counts for its user, from whatever address (trusted proxy: %s)',
    async (trusted) => {
      const { app, client, stored } = await startAppWithRecoveryCodes({
        strategy: { limits: { failuresPerUser: 5 } },
      });
      app.set('trust proxy', trusted);
      const answers = await times(20, (index) =>
        client()
          .post('/login')
          .set('X-Forwarded-For', index % 2 ? `203.0.113.${index}` : `2001:db8:${index}::1`)
          .send({ ...credentials, recoveryCode: wrongRecoveryCode })
          .then((answer) => answer.body.code),
      );
      expect(answers.filter((code) => code === 'user_locked')).toHaveLength(15);
      expect(stored.asked).toHaveLength(5);
    },
  );

  it.each([undefined, null, false, 0, '', Number.NaN])(
    'A30: without a user (%s) is refused, and not looked up',
    async (nobody) => {
      const { browser, stored } = await startAppWithRecoveryCodes({
        routes: ({ app, passport, answerUser }) => {
          const second = (options: object) =>
            passport.authenticate('modica-2fa', { ...options, failWithError: true });
          app.use('/as-nobody', (request, _response, next) => {
            Reflect.set(request, 'user', nobody);
            next();
          });
          app.post('/as-nobody/login', second({}), answerUser);
          app.post('/as-nobody/step-up', second({ purpose: 'step-up' }), answerUser);
        },
      });
      const recovery = { recoveryCode: stored.code(), userId: 1, user: { id: 1 } };
      const login = await browser().post('/as-nobody/login', recovery);
      expect([login.status, login.body.code]).toEqual([401, 'challenge_not_found']);
      const stepUp = await browser().post('/as-nobody/step-up', recovery);
      expect([stepUp.status, stepUp.body.code]).toEqual([401, 'first_factor_required']);
      expect(stored.asked).toEqual([]);
    },
  );

  it('A48: is refused by a callback of the route before the code is looked for', async () => {
    const refused = () => {
      throw Object.assign(new Error('The amount is missing'), { status: 400, code: 'no_amount' });
    };
    const { waiting, emulator, stored } = await startAppWithRecoveryCodes({
      routes: ({ app, passport, password, answerUser }) => {
        for (const [path, route] of [
          ['/login/pay', { transaction: refused }],
          ['/pay', { purpose: 'step-up', transaction: refused }],
          ['/enrol', { purpose: 'enrol', destination: refused }],
        ] as const) {
          const options = { ...route, session: false, failWithError: true };
          const second = passport.authenticate('modica-2fa', options);
          if (path === '/login/pay') app.post(path, password, second, answerUser);
          else app.post(path, second, answerUser);
        }
      },
    });
    const alice = await waiting();
    const body = { ...credentials, recoveryCode: stored.code() };
    expect((await alice.post('/login/pay', body)).body.code).toBe('no_amount');
    await alice.enter(newestCode(emulator));
    for (const path of ['/pay', '/enrol']) {
      const answer = await alice.post(path, body);
      expect([answer.status, answer.body.code]).toEqual([400, 'no_amount']);
    }
    expect(stored.asked).toEqual([]);
  });
});

describe("A41: a database's error that quotes the statement with the hash", () => {
  it.each(['hashes', 'consume'] as const)(
    "of %s reaches the app's error handler, and neither an event nor a session",
    async (callback) => {
      const events = listenToEvents();
      const errors: unknown[] = [];
      const { waiting, recoverAtOnce, sessions, stored } = await startAppWithRecoveryCodes({
        recoveryCodes: {
          [callback]: (userId: number, hash = hashesOf(userId)) => {
            throw new Error(`DELETE FROM recovery_codes WHERE hash = '${hash}' - deadlock`);
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
      function hashesOf(userId: number): string {
        return [...(stored.table.get(userId) ?? [])].join();
      }
      const alice = await waiting();
      const answers = [await alice.recover(stored.code()), await recoverAtOnce(stored.code(1))];
      expect(answers.map(({ status }) => status)).toEqual([500, 500]);
      // Passed on as they are, so that an operator can read what the database said.
      const own = errors.filter((error) => !(error instanceof TwoFactorRefusal)).map(String);
      expect(own).toEqual([1, 2].map(() => expect.stringContaining('deadlock')));
      const shown = inspect(events, { depth: Number.POSITIVE_INFINITY });
      expect(shown).toContain("name: 'failed'");
      for (const text of [shown, await sessionText({ sessions })]) {
        expect(text).not.toMatch(/deadlock|scrypt/);
        expect(text).not.toContain(stored.code().slice(5));
      }
    },
  );
});
