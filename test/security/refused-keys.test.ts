import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../lib/index.js';
import { type Browser, type Parts, startApp } from '../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { watched } from '../fixtures/kept.js';
import { someMemory } from '../fixtures/memory.js';

const routes = ({ app, passport, loggedIn, answerUser }: Parts) => {
  const transaction = ({ body }: Request) => ({ payment: String(body.payment) });
  const destination = ({ body }: Request) => body.mobile;
  const ask = { failWithError: true };
  const pay = passport.authorize('modica-2fa', { ...ask, purpose: 'step-up', transaction });
  const enrol = passport.authorize('modica-2fa', { ...ask, purpose: 'enrol', destination });
  app.post('/pay', loggedIn, pay, answerUser);
  app.post('/enrol', loggedIn, enrol, answerUser);
};

/** An app, and Alice, who has logged in with her second factor. */
async function startLoggedIn(limits: Limits = {}) {
  const { memory, kept } = watched(await someMemory());
  const app = await startApp({ strategy: { ...memory, limits }, routes });
  const alice = app.browser();
  await alice.login();
  const wrong = wrongCodeFor(app.emulator);
  await alice.enter(newestCode(app.emulator));
  return { ...app, alice, wrong, kept };
}

type Ask = (alice: Browser, turn: number) => PromiseLike<{ readonly body: { code?: string } }>;

const enrol: Ask = (alice, turn) => alice.post('/enrol', { mobile: `+6421300000${turn}` });
const pay: Ask = (alice, turn) => alice.post('/pay', { payment: turn });

describe('A38: a request beyond a limit leaves no key behind', () => {
  it.each<[string, Limits, Ask, string]>([
    ['ever new numbers, past the user’s SMS', { sendsPerHour: 1 }, enrol, 'send_limit_reached'],
    [
      'ever new numbers, past the user’s unanswered SMS',
      { unansweredSendsPerHour: 1 },
      enrol,
      'send_limit_reached',
    ],
    [
      'ever new numbers, past the SMS of the address',
      { sendsPerHourPerIp: 2 },
      enrol,
      'send_limit_reached',
    ],
    ['ever new numbers, past all SMS', { sendsPerHourTotal: 2 }, enrol, 'send_limit_reached'],
    [
      'ever new payments, past the user’s SMS',
      { unansweredSendsPerHour: 1 },
      pay,
      'send_limit_reached',
    ],
    ['numbers that are none', {}, (alice) => alice.post('/enrol'), 'destination_missing'],
    ['codes that are none', {}, (alice) => alice.enter('abc'), 'code_malformed'],
    ['codes for nothing', {}, (alice) => alice.enter('123456'), 'challenge_not_found'],
    ['resends of nothing', {}, (alice) => alice.resend(), 'challenge_not_found'],
  ])('%s', async (_what, limits, ask, refusal) => {
    const { alice, kept } = await startLoggedIn(limits);
    for (let turn = 0; turn < 2; turn += 1) await ask(alice, turn);
    const before = await kept();
    const turns = Array.from({ length: 6 }, (_, turn) => ask(alice, turn + 2));
    const codes = (await Promise.all(turns)).map(({ body }) => body.code);
    expect(codes).toEqual(turns.map(() => refusal));
    expect((await kept()).toSorted()).toEqual(before.toSorted());
  });

  it.each<[string, Ask, string]>([
    ['ever new numbers of a user who is locked', enrol, 'user_locked'],
    [
      'ever new codes of a user who is locked',
      (alice) => alice.post('/enrol', { mobile: '+64213000001', code: '000000' }),
      'user_locked',
    ],
  ])('%s', async (_what, ask, refusal) => {
    const { alice, wrong, kept } = await startLoggedIn({
      failuresPerUser: 1,
      attemptsPerChallenge: 10,
    });
    await enrol(alice, 1);
    await alice.post('/enrol', { mobile: '+64213000001', code: wrong });
    await ask(alice, 1);
    const before = await kept();
    const codes: (string | undefined)[] = [];
    for (let turn = 2; turn < 8; turn += 1) codes.push((await ask(alice, turn)).body.code);
    expect(codes).toEqual(Array(6).fill(refusal));
    expect((await kept()).toSorted()).toEqual(before.toSorted());
  });

  it.each<[string, Ask, string]>([
    ['codes past the attempts', (alice) => alice.enter('000000'), 'too_many_attempts'],
    ['resends past the attempts', (alice) => alice.resend(), 'too_many_attempts'],
  ])('%s', async (_what, ask, refusal) => {
    const { browser, emulator, kept } = await startLoggedIn({ attemptsPerChallenge: 1 });
    const bob = browser();
    await bob.login('bob');
    await bob.enter(wrongCodeFor(emulator));
    const before = await kept();
    for (let turn = 0; turn < 6; turn += 1) {
      expect((await ask(bob, turn)).body.code).toBe(refusal);
    }
    expect((await kept()).toSorted()).toEqual(before.toSorted());
  });
});

describe('F35: parallel correct codes', () => {
  it('leave no failure count that never expires', async () => {
    const { browser, emulator, kept } = await startLoggedIn();
    const bob = browser();
    await bob.login('bob');
    const code = newestCode(emulator);
    const answers = await Promise.all(Array.from({ length: 4 }, () => bob.enter(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await kept()).not.toContain('failures-in-a-row');
  });
});
