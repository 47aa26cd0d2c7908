import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { startAppWithPurposes } from '../fixtures/purposes.js';

describe('purpose: step-up', () => {
  it('asks the logged-in user for a code, and keeps the session and the login', async () => {
    const { emulator, logIn } = await startAppWithPurposes();
    const alice = await logIn();
    const asked = await alice.post('/step-up');
    expect(asked.body).toMatchObject({
      code: 'challenge_sent',
      challenge: { purpose: 'step-up', reused: false },
    });
    const answered = await alice.post('/step-up', { code: newestCode(emulator) });
    expect(answered.body).toMatchObject({
      account: { name: 'alice' },
      info: { code: 'verified', purpose: 'step-up' },
    });
    expect(answered.headers['set-cookie']).toBeUndefined();
    expect((await alice.get('/me')).status).toBe(200);
  });

  it('requires a logged-in user', async () => {
    const { browser, emulator } = await startAppWithPurposes();
    const nobody = await browser().post('/step-up-open');
    expect(nobody.status).toBe(401);
    expect(nobody.body.code).toBe('first_factor_required');
    expect(emulator.requests).toHaveLength(0);
  });

  it('calls neither the transaction nor the destination callback for an anonymous client', async () => {
    const asked: string[] = [];
    const { client } = await startApp({
      routes: ({ app, passport }) => {
        const route = { failWithError: true };
        const transaction = () => String(asked.push('transaction'));
        const destination = () => String(asked.push('destination'));
        app.post(
          '/pay',
          passport.authorize('modica-2fa', { ...route, purpose: 'step-up', transaction }),
        );
        app.post(
          '/add',
          passport.authorize('modica-2fa', { ...route, purpose: 'enrol', destination }),
        );
      },
    });
    for (const path of ['/pay', '/add']) {
      const refused = await client().post(path).send({ code: '123456' });
      expect([refused.status, refused.body.code]).toEqual([401, 'first_factor_required']);
    }
    expect(asked).toEqual([]);
  });

  it('does not accept the code of a login, nor the other way round', async () => {
    const { browser, emulator, logIn } = await startAppWithPurposes();
    const alice = await logIn();
    await alice.post('/step-up');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_not_found');
    await browser().login('bob');
    expect(
      (await alice.post('/step-up', { code: newestCode(emulator, '+64212222222') })).body.code,
    ).toBe('code_incorrect');
  });

  it('A11: voids a challenge that another user answers', async () => {
    const { emulator, logIn } = await startAppWithPurposes({ strategy: { state: 'client' } });
    const alice = await logIn('alice');
    const bob = await logIn('bob');
    const { id } = (await alice.post('/step-up')).body.challenge;
    const answer = { code: newestCode(emulator), challenge: id };
    const before = checks(emulator);
    expect((await bob.post('/step-up', answer)).body.code).toBe('challenge_not_found');
    expect((await alice.post('/step-up', answer)).body.code).toBe('challenge_not_found');
    expect(checks(emulator)).toBe(before);
  });

  it('does not void the challenge of a logged-out user', async () => {
    const { client, emulator, logIn } = await startAppWithPurposes({
      strategy: { state: 'client' },
    });
    const alice = await logIn('alice');
    const { id } = (await alice.post('/step-up')).body.challenge;
    const answer = { code: newestCode(emulator), challenge: id };
    const nobody = await client().post('/step-up-open').send(answer);
    expect(nobody.body.code).toBe('first_factor_required');
    expect((await alice.post('/step-up', answer)).status).toBe(200);
  });
});

describe('purpose: enrol', () => {
  it('sends to the new number, and passes it to the verify callback', async () => {
    const { emulator, logIn, seen } = await startAppWithPurposes();
    const alice = await logIn();
    const asked = await alice.post('/enrol');
    expect(asked.body.challenge).toMatchObject({ purpose: 'enrol', destination: '•••••33' });
    expect(emulator.messages.at(-1)?.to).toBe('+64213333333');
    const answered = await alice.post('/enrol', { code: newestCode(emulator) });
    expect(answered.body.info).toMatchObject({ code: 'verified', purpose: 'enrol' });
    expect(seen.verified.at(-1)).toEqual({
      userId: 1,
      purpose: 'enrol',
      destination: '+64213333333',
      method: 'sms',
      firstFactorAt: expect.any(Date),
    });
  });

  it('F18: verifies two numbers in two tabs, each with its own code', async () => {
    const { emulator, logIn, seen } = await startAppWithPurposes();
    const alice = await logIn();
    const numbers = ['+64213333333', '+64214444444'];
    const codes: string[] = [];
    for (const number of numbers) {
      seen.newNumber = number;
      await alice.post('/enrol');
      codes.push(newestCode(emulator));
    }
    for (const [tab, number] of numbers.entries()) {
      seen.newNumber = number;
      const { body } = await alice.post('/enrol', { code: codes[tab] });
      expect(body.info.destination).toBe(number);
    }
  });

  it('A12: voids the challenge when the number changes between the phases', async () => {
    const { emulator, logIn, seen } = await startAppWithPurposes();
    const alice = await logIn();
    await alice.post('/enrol');
    seen.newNumber = '+64214444444';
    const before = checks(emulator);
    expect((await alice.post('/enrol', { code: newestCode(emulator) })).body.code).toBe(
      'user_changed',
    );
    expect(checks(emulator)).toBe(before);
  });

  it.each([
    [undefined, 'destination_missing'],
    ['not a number', 'destination_unusable'],
    ['021 333 3333', 'destination_unusable'],
  ])('refuses %s as a number', async (number, code) => {
    const { emulator, logIn, seen } = await startAppWithPurposes();
    const alice = await logIn();
    seen.newNumber = number;
    const refused = await alice.post('/enrol');
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe(code);
    expect(emulator.messages).toHaveLength(1);
  });

  it('without a destination in the route causes an error with a hint', async () => {
    const { client } = await startApp({
      routes: ({ app, passport, password }) => {
        app.post('/enrol', password, passport.authorize('modica-2fa', { purpose: 'enrol' }));
      },
    });
    const answer = await client().post('/enrol').send({ username: 'alice', password: 'right' });
    expect(answer.body.code).toBe('route_option_invalid');
    expect(answer.body.message).toContain('destination');
  });
});

describe('A transaction', () => {
  it('is returned as it was approved, in any order of its values', async () => {
    let payment: Record<string, string | number> = { payee: 'bakery', amount: 12 };
    const { browser, emulator } = await startApp({ route: { transaction: () => payment } });
    const alice = browser();
    await alice.login();
    payment = { amount: 12, payee: 'bakery' };
    const answer = await alice.enter(newestCode(emulator));
    expect(answer.body.info.transaction).toEqual({ amount: 12, payee: 'bakery' });
  });

  it('that differs is refused, and voids the challenge', async () => {
    let payee = 'bakery';
    const { browser, emulator } = await startApp({ route: { transaction: async () => payee } });
    const alice = browser();
    await alice.login();
    payee = 'thief';
    const refused = await alice.enter(newestCode(emulator));
    expect(refused.status).toBe(401);
    expect(refused.body.code).toBe('transaction_mismatch');
    payee = 'bakery';
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_not_found');
    expect(checks(emulator)).toBe(0);
  });
});
