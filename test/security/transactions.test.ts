import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../lib/index.js';
import { type AppOptions, type Browser, startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { addSessionKeepingRoutes } from '../fixtures/session-keeping.js';

const bakery = { payee: 'Bakery', amount: '12.50' };

/** A bank: drafts of payments on the server, each of which a code approves. */
async function startBank(strategy: AppOptions['strategy'] = {}) {
  const drafts = new Map<string, Transaction>([
    ['1', bakery],
    ['2', { payee: 'Thief', amount: '12.50' }],
  ]);
  const paid: unknown[] = [];
  const verified: unknown[] = [];
  const parts = await startApp({
    strategy,
    verify: (users) => async (verification) => {
      verified.push(verification.transaction);
      return users.find(verification.userId);
    },
    routes: (routes) => {
      addSessionKeepingRoutes(routes);
      const { app, passport, loggedIn } = routes;
      const approve = passport.authorize('modica-2fa', {
        purpose: 'step-up',
        failWithError: true,
        transaction: ({ params }) => drafts.get(String(params['id'])) ?? 'none',
      });
      app.post('/payments/:id', loggedIn, approve, (request, response) => {
        const { transaction } = Object(request.authInfo);
        paid.push(transaction);
        response.json({ transaction });
      });
    },
  });
  const logIn = async (name = 'alice'): Promise<Browser> => {
    const browser = parts.browser();
    const { challenge } = (await browser.login(name)).body;
    const answer = { code: newestCode(parts.emulator), challenge: challenge.id };
    await browser.post('/login/code', answer);
    return browser;
  };
  return { ...parts, drafts, paid, verified, logIn };
}

describe('A24: a code for one amount and payee', () => {
  it('approves exactly these, which the SMS shows and the app executes', async () => {
    const { emulator, logIn, paid, verified } = await startBank();
    const alice = await logIn();
    await alice.post('/payments/1');
    expect(emulator.messages.at(-1)?.text).toContain('amount "12.50", payee "Bakery"');
    await alice.post('/payments/1', { code: newestCode(emulator) });
    expect(paid).toEqual([bakery]);
    // First the login, which approves nothing.
    expect(verified).toEqual([undefined, bakery]);
  });

  it.each<[string, Transaction]>([
    ['another payee', { payee: 'Thief', amount: '12.50' }],
    ['another amount', { payee: 'Bakery', amount: '1250' }],
    ['the same amount as a number', { payee: 'Bakery', amount: 12.5 }],
    ['one value less', { payee: 'Bakery' }],
    ['one value more', { ...bakery, tip: 1 }],
    ['the values changed round', { payee: '12.50', amount: 'Bakery' }],
    ['the same as a text', 'amount 12.50, payee Bakery'],
    ['a payee with a name like it', { payee: 'Bakery%', amount: '12.50' }],
    ['another amount in another form', { payee: 'Bakery', amount: '\uFF11\uFF12.\uFF15\uFF11' }],
  ])('approves no other, with no call to the provider: %s', async (_what, changed) => {
    const { drafts, emulator, logIn, paid } = await startBank();
    const alice = await logIn();
    await alice.post('/payments/1');
    const before = checks(emulator);
    drafts.set('1', changed);
    const refused = await alice.post('/payments/1', { code: newestCode(emulator) });
    expect([refused.status, refused.body.code]).toEqual([401, 'transaction_mismatch']);
    expect(checks(emulator)).toBe(before);
    expect(paid).toEqual([]);
  });

  it.each<[string, Transaction, Transaction]>([
    ['letters and their accents', { payee: 'Jose\u0301' }, { payee: 'José' }],
    ['a no-break space', { amount: '12,50 €' }, { amount: '12,50\u00A0€' }],
    ['a name', { 'an\u0303o': 1 }, { 'a\u00F1o': 1 }],
    ['a string by itself', 'No 3', 'Nº 3'],
  ])('A39: approves the same in another form of Unicode: %s', async (_what, asked, answered) => {
    const { drafts, emulator, logIn, paid } = await startBank();
    const alice = await logIn();
    drafts.set('1', asked);
    await alice.post('/payments/1');
    drafts.set('1', answered);
    expect((await alice.post('/payments/1', { code: newestCode(emulator) })).status).toBe(200);
    expect(paid).toHaveLength(1);
    expect(JSON.stringify(paid)).toBe(JSON.stringify(paid).normalize('NFKC'));
  });

  it('approves no other draft of the same user, in any tab', async () => {
    const { emulator, logIn, paid } = await startBank();
    const alice = await logIn();
    await alice.post('/payments/2');
    const forThief = newestCode(emulator);
    await alice.post('/payments/1');
    const forBakery = newestCode(emulator);
    const crossed = await alice.post('/payments/2', { code: forBakery });
    expect(crossed.body.code).toBe('code_incorrect');
    expect((await alice.post('/payments/1', { code: forThief })).body.code).toBe('code_incorrect');
    expect(paid).toEqual([]);
  });

  it('approves nothing with the id of another challenge', async () => {
    const { emulator, logIn, paid } = await startBank({ state: 'client' });
    const alice = await logIn();
    const one = (await alice.post('/payments/1')).body.challenge.id;
    const forOne = newestCode(emulator);
    const two = (await alice.post('/payments/2')).body.challenge.id;
    const crossed = await alice.post('/payments/2', { challenge: one, code: forOne });
    expect(crossed.body.code).toBe('transaction_mismatch');
    const answer = await alice.post('/payments/2', { challenge: two, code: newestCode(emulator) });
    expect(answer.status).toBe(200);
    expect(paid).toEqual([{ payee: 'Thief', amount: '12.50' }]);
  });

  it('is void once another user of the same session enters it, for any payment', async () => {
    const { drafts, emulator, logIn, paid } = await startBank();
    drafts.set('3', 'Rent');
    const browser = await logIn('alice');
    await browser.post('/payments/1');
    await browser.post('/payments/2');
    const code = newestCode(emulator);
    await browser.post('/keep/password', { username: 'bob', password: 'right' });
    const asBob = await browser.post('/payments/3', { code });
    expect(asBob.body.code).toBe('user_changed');
    await browser.post('/keep/password', { username: 'alice', password: 'right' });
    expect((await browser.post('/payments/2', { code })).status).toBe(401);
    expect(paid).toEqual([]);
  });

  it('is voided without voiding a pending login', async () => {
    const { browser, drafts, emulator, logIn } = await startBank();
    const alice = await logIn();
    const another = browser();
    await another.login();
    const forLogin = newestCode(emulator);
    await alice.post('/payments/1');
    drafts.set('1', 'other');
    await alice.post('/payments/1', { code: newestCode(emulator) });
    expect((await another.enter(forLogin)).status).toBe(200);
  });

  it('approves nothing without a transaction, nor the other way round', async () => {
    const { app, emulator, logIn, passport } = await startBank();
    const plain = { purpose: 'step-up', failWithError: true } as const;
    app.post('/plain', passport.authorize('modica-2fa', { ...plain }));
    const alice = await logIn();
    await alice.post('/payments/1');
    // An answer of Express's own: the route came after the app's error handling.
    const refused = await alice.post('/plain', { code: newestCode(emulator) });
    expect(refused.status).toBe(401);
    const paid = await alice.post('/payments/1', { code: newestCode(emulator) });
    expect(paid.body.transaction).toEqual(bakery);
  });

  it.each([
    ['another way to write the payee', { payee: 'Bakery\u200b', amount: '12.50' }],
    ['a blank behind it', { payee: 'Bakery\u00A0', amount: '12.50' }],
    ['no payee', { payee: undefined, amount: '12.50' }],
    ['an empty string', ''],
    ['no values', {}],
    ['no number', { amount: Number.NaN }],
    ['an object as a value', { payee: {}, amount: '12.50' }],
  ])(
    'A39: is not sent for values that an SMS cannot show, and posting one voids nothing: %s',
    async (_what, changed) => {
      const { drafts, emulator, logIn, paid } = await startBank();
      const alice = await logIn();
      const before = [emulator.messages.length, checks(emulator)];
      drafts.set('1', Object({ changed }).changed);
      const asked = await alice.post('/payments/1');
      expect([asked.status, asked.body.code]).toEqual([400, 'transaction_unusable']);
      expect([emulator.messages.length, checks(emulator)]).toEqual(before);
      drafts.set('1', bakery);
      await alice.post('/payments/1');
      const code = newestCode(emulator);
      drafts.set('1', Object({ changed }).changed);
      const answered = await alice.post('/payments/1', { code });
      expect([answered.status, answered.body.code]).toEqual([400, 'transaction_unusable']);
      drafts.set('1', bakery);
      expect((await alice.post('/payments/1', { code })).status).toBe(200);
      expect(paid).toEqual([bakery]);
    },
  );

  it.each([[], 7n, new Date(0)])(
    'is not sent for an invalid transaction: %s',
    async (transaction) => {
      const { drafts, emulator, logIn } = await startBank();
      const alice = await logIn();
      const sent = emulator.messages.length;
      drafts.set('1', Object({ transaction }).transaction);
      const answer = await alice.post('/payments/1');
      expect(answer.body.code).toBe('route_option_invalid');
      expect(emulator.messages).toHaveLength(sent);
    },
  );
});
