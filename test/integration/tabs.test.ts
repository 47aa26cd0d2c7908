import { describe, expect, it } from 'vitest';
import { recordSecondFactor } from '../../lib/index.js';
import { type AppOptions, startApp } from '../fixtures/app.js';
import { second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { addSessionKeepingRoutes } from '../fixtures/session-keeping.js';

/** A browser in which alice and bob have both entered their passwords. */
async function twoPeople(options: AppOptions = {}) {
  const app = await startApp(options);
  const browser = app.browser();
  const alice = (await browser.login('alice')).body.challenge.id;
  const forAlice = newestCode(app.emulator);
  const bob = (await browser.login('bob')).body.challenge.id;
  const forBob = newestCode(app.emulator);
  return { ...app, tabs: browser, alice, bob, forAlice, forBob };
}

/** A user with payments that each ask for a code. */
async function twoPayments() {
  const app = await startApp({
    routes: (parts) => {
      addSessionKeepingRoutes(parts);
      const { app: express, passport, strategy, loggedIn } = parts;
      const transaction = (id: unknown) => `payment ${String(id)}`;
      express.post(
        '/payments/:id',
        loggedIn,
        passport.authorize('modica-2fa', {
          purpose: 'step-up',
          failWithError: true,
          transaction: ({ params }) => transaction(params['id']),
        }),
        (request, response) => void response.json(request.authInfo),
      );
      express.get('/payments/:id', async (request, response) => {
        const query = { purpose: 'step-up', transaction: transaction(request.params.id) } as const;
        response.json((await strategy.pending(request, query)) ?? null);
      });
      express.get('/confirm', async (request, response) => {
        response.json((await strategy.pending(request, { purpose: 'step-up' })) ?? null);
      });
    },
  });
  const alice = app.browser();
  await alice.login();
  await alice.enter(newestCode(app.emulator));
  const ask = async (id: number) => {
    const { body } = await alice.post(`/payments/${id}`);
    return { code: newestCode(app.emulator), challenge: body.challenge };
  };
  return { ...app, alice, ask };
}

describe('F18: two people in two tabs of one browser', () => {
  it.each(['alice', 'bob'] as const)('log in %s with their own code', async (name) => {
    const { tabs, forAlice, forBob } = await twoPeople();
    const answer = await tabs.enter(name === 'alice' ? forAlice : forBob);
    expect([answer.status, answer.body.user.name]).toEqual([200, name]);
  });

  it('see a login with a transaction on a page that names none', async () => {
    const { browser } = await startApp({ route: { transaction: () => 'terms of 2026' } });
    const alice = browser();
    const { id } = (await alice.login()).body.challenge;
    expect((await alice.get('/login/code')).body.id).toBe(id);
  });

  it('are distinguished by the id that the page posts, and only that challenge counts an attempt', async () => {
    const { tabs, alice, forAlice, emulator } = await twoPeople();
    const answer = await tabs.post('/login/code', { code: forAlice, challenge: alice });
    expect(answer.body.user.name).toBe('alice');
    expect(checks(emulator)).toBe(1);
  });

  it('get the answer of the newest challenge when the code is incorrect for both', async () => {
    const { tabs, bob } = await twoPeople();
    const answer = await tabs.enter('000000');
    expect(answer.body).toMatchObject({ code: 'code_incorrect', challenge: { id: bob } });
  });

  it('hear that a code is wrong, even if the newest message may not have been sent', async () => {
    const { browser, emulator } = await startApp();
    const tabs = browser();
    await tabs.login('alice');
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await tabs.login('bob');
    expect((await tabs.enter(wrongCodeFor(emulator))).body.code).toBe('code_incorrect');
  });

  it('hear of the challenge that can still be sent again, and not of one that is over', async () => {
    const { browser, emulator, strategy, users } = await startApp();
    const tabs = browser();
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await tabs.login('alice');
    await tabs.login('bob');
    const forBob = newestCode(emulator);
    await strategy.cancel(users.bob.id);
    expect((await tabs.enter(forBob)).body.code).toBe('delivery_unknown');
  });

  it('resend the newest challenge, or the one whose id is posted', async () => {
    const { tabs, alice, users, emulator } = await twoPeople({ strategy: { limits: {} } });
    const refused = await tabs.post('/login/code', { resend: true, challenge: alice });
    expect(refused.body).toMatchObject({ code: 'resend_too_soon', challenge: { id: alice } });
    expect(emulator.messages.at(-1)?.to).toBe(users.bob.mobile);
  });

  it('resend nothing for the older challenge while the newest has its cooldown', async () => {
    const clock = stopClock();
    const { browser, emulator } = await startApp();
    const tabs = browser();
    await tabs.login('alice');
    clock.advance(30 * second);
    const bob = (await tabs.login('bob')).body.challenge.id;
    const refused = await tabs.resend();
    expect(refused.body).toMatchObject({ code: 'resend_too_soon', challenge: { id: bob } });
    expect(emulator.messages).toHaveLength(2);
  });

  it('are both logged in, one after the other, when logins are recorded', async () => {
    const { tabs, bob, forAlice, forBob } = await twoPeople({
      routes: ({ passport }) => passport.transformAuthInfo(recordSecondFactor),
    });
    expect((await tabs.enter(forAlice)).body.user.name).toBe('alice');
    expect((await tabs.get('/me')).body.user.name).toBe('alice');
    expect((await tabs.get('/login/code')).body.id).toBe(bob);
    expect((await tabs.enter(forBob)).body.user.name).toBe('bob');
    expect((await tabs.get('/me')).body.user.name).toBe('bob');
  });

  it('resend the challenge that is still pending when the newest was cancelled', async () => {
    const clock = stopClock();
    const { tabs, alice, strategy, users, emulator } = await twoPeople();
    await strategy.cancel(users.bob.id);
    clock.advance(30 * second);
    const sent = await tabs.resend();
    expect(sent.body).toMatchObject({ code: 'challenge_sent', challenge: { id: alice } });
    expect(emulator.messages.at(-1)?.to).toBe(users.alice.mobile);
  });

  it('keep the other challenge pending when the app keeps the session at login', async () => {
    const { tabs, forAlice, forBob } = await twoPeople({ route: { keepSessionInfo: true } });
    expect((await tabs.enter(forAlice)).body.user.name).toBe('alice');
    expect((await tabs.enter(forBob)).body.user.name).toBe('bob');
  });
});

describe('F18: two payments in two tabs', () => {
  it('are both approved, each by its own code, in any order', async () => {
    const { alice, ask } = await twoPayments();
    const [first, second] = [await ask(1), await ask(2)];
    expect((await alice.post('/payments/1', { code: first.code })).body.transaction).toBe(
      'payment 1',
    );
    expect((await alice.post('/payments/2', { code: second.code })).body.transaction).toBe(
      'payment 2',
    );
  });

  it('do not void each other with a code for the wrong payment', async () => {
    const { alice, ask } = await twoPayments();
    const [first, second] = [await ask(1), await ask(2)];
    const wrong = await alice.post('/payments/3', { code: first.code });
    expect(wrong.body.code).toBe('transaction_mismatch');
    for (const [id, { code }] of [first, second].entries()) {
      expect((await alice.post(`/payments/${id + 1}`, { code })).status).toBe(200);
    }
  });

  it('do not void each other when a completed one is repeated', async () => {
    const { alice, ask } = await twoPayments();
    const [first, second] = [await ask(1), await ask(2)];
    await alice.post('/payments/1', { code: first.code });
    const repeated = await alice.post('/payments/1', { code: first.code });
    expect(repeated.body.code).toBe('transaction_mismatch');
    expect((await alice.post('/payments/2', { code: second.code })).status).toBe(200);
  });

  it('are neither shown nor resent on a page without a transaction', async () => {
    const { alice, ask } = await twoPayments();
    await ask(1);
    expect((await alice.get('/confirm')).body).toBeNull();
  });

  it('are shown for a valid transaction only', async () => {
    const { strategy } = await startApp();
    const request = { session: {}, user: { id: 1 } };
    const query = { purpose: 'step-up', transaction: 'bob\u200b' } as const;
    expect(await strategy.pending(request, query)).toBeUndefined();
  });

  it('are shown separately, and to their user only', async () => {
    const { alice, ask } = await twoPayments();
    const [first, second] = [await ask(1), await ask(2)];
    expect((await alice.get('/payments/1')).body.id).toBe(first.challenge.id);
    expect((await alice.get('/payments/2')).body.id).toBe(second.challenge.id);
    expect((await alice.get('/payments/3')).body).toBeNull();
    // The session is kept, and with it the handles of a user who has logged out.
    await alice.post('/keep/logout');
    expect((await alice.get('/payments/2')).body).toBeNull();
    await alice.post('/keep/password', { username: 'bob', password: 'right' });
    expect((await alice.get('/payments/2')).body).toBeNull();
    await alice.post('/keep/password', { username: 'alice', password: 'right' });
    expect((await alice.get('/payments/2')).body.id).toBe(second.challenge.id);
  });
});
