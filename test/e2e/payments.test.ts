import { once } from 'node:events';
import request from 'supertest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { inCents, inDollars } from '../../example-app/express/src/money.js';
import { Payments } from '../../example-app/express/src/payments.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { someAppDatabase } from './app-database.js';
import { errorOf, formsOf, noticeOf, titleOf } from './browser-of.js';
import { startDemonstration } from './example.js';

const otherUser = { username: 'kiri', password: 'correct horse', mobile: '+64219876543' };
const bread = { payee: 'Bakery', amount: '12.50' };

afterEach(() => {
  vi.restoreAllMocks();
});

type Demo = Awaited<ReturnType<typeof startDemonstration>>;

/** Somebody who is logged in, with JSON and with forms, in one session. */
async function logIn({ url, newestCode }: Demo, user = demoUser) {
  const agent = request.agent(url);
  await agent.post('/api/login').send(user);
  await agent.post('/api/login/code').send({ code: newestCode() }).expect(200);
  const draft = async (order: object = bread): Promise<number> =>
    (await agent.post('/api/payments').send(order).expect(201)).body.payment.id;
  return {
    agent,
    ...formsOf(agent),
    draft,
    confirm: (id: number, body: object = {}) =>
      agent.post(`/api/payments/${id}/confirmation`).send(body),
    list: async () => (await agent.get('/api/payments').expect(200)).body.payments,
  };
}

async function start() {
  const demo = await startDemonstration();
  return { ...demo, somebody: await logIn(demo) };
}

/** Another account, logged in. */
async function logInOther(demo: Demo) {
  await demo.enrol(otherUser);
  return logIn(demo, otherUser);
}

const checksOf = ({ emulator }: Demo) =>
  emulator.requests.filter(({ path }) => path === '/responses').length;

const cookieOf = ({ headers }: request.Response) => String(headers['set-cookie']).split(';')[0];

/** What a page lists of what is confirmed. */
const detailsOf = ({ text }: request.Response) =>
  [...text.matchAll(/<dd>(.*?)<\/dd>/g)].map(([, detail]) => detail?.replace('\u00a0', ' '));

describe('A payment in JSON', () => {
  it('is drafted, confirmed with a code whose SMS shows it, and paid', async () => {
    const { somebody, emulator, newestCode } = await start();

    const drafted = await somebody.agent.post('/api/payments').send(bread).expect(201);
    const payment = { id: 1, payee: 'Bakery', amount: '12.50', state: 'draft' };
    expect(drafted.body).toEqual({ payment });
    const asked = await somebody.confirm(1).expect(401);
    expect(asked.body).toMatchObject({
      code: 'challenge_sent',
      challenge: { purpose: 'step-up', destination: '•••••67' },
    });
    expect(emulator.messages.at(-1)?.text).toBe(
      `Your code is ${newestCode()}. Only use it to pay 12.50 NZD, reference 1, to Bakery\n\n@localhost #${newestCode()}`,
    );
    expect(await somebody.list()).toEqual([payment]);
    const paid = await somebody.confirm(1, { code: newestCode() }).expect(200);
    expect(paid.body).toEqual({ payment: { ...payment, state: 'paid' } });
    expect(await somebody.list()).toEqual([{ ...payment, state: 'paid' }]);
  });

  it('is paid to the payee in the SMS, in whatever form of Unicode it was typed', async () => {
    const { somebody, emulator, newestCode } = await start();

    await somebody.confirm(
      await somebody.draft({ ...bread, payee: 'Farmacia Jose\u0301 Nº 3\u00A0' }),
    );
    expect(emulator.messages.at(-1)?.text).toContain('to Farmacia José No 3\n');
    await somebody.confirm(1, { code: newestCode() }).expect(200);
    expect(await somebody.list()).toMatchObject([{ payee: 'Farmacia José No 3', state: 'paid' }]);
  });

  it('keeps the session, its login and its id', async () => {
    const { somebody, newestCode } = await start();

    const before = cookieOf(await somebody.confirm(await somebody.draft()));
    const after = cookieOf(await somebody.confirm(1, { code: newestCode() }).expect(200));
    expect(before).toMatch(/^session=./);
    expect(after).toBe(before);
    await somebody.agent.get('/api/me').expect(200);
  });

  it('accepts no incorrect code, and says how many attempts are left', async () => {
    const { somebody, newestCode, wrongCode } = await start();

    await somebody.confirm(await somebody.draft());
    const refused = await somebody.confirm(1, { code: wrongCode() }).expect(401);
    expect(refused.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
    expect(await somebody.list()).toMatchObject([{ state: 'draft' }]);
    await somebody.confirm(1, { code: newestCode() }).expect(200);
  });

  it('is refused once it is paid: the same code, another code and the request for one', async () => {
    const demo = await start();
    const { somebody, newestCode, emulator } = demo;
    await somebody.confirm(await somebody.draft());
    const code = newestCode();
    await somebody.confirm(1, { code }).expect(200);

    const [asked, sent] = [checksOf(demo), emulator.messages.length];
    for (const body of [{ code }, { code: '123456' }, {}, { resend: true }]) {
      const refused = await somebody.confirm(1, body).expect(409);
      expect(refused.body).toEqual({ code: 'payment_paid', message: expect.any(String) });
    }
    expect([checksOf(demo), emulator.messages.length]).toEqual([asked, sent]);
  });

  it('is treated as missing where it belongs to another user', async () => {
    const demo = await start();
    const { somebody, emulator } = demo;
    const other = await logInOther(demo);
    const id = await somebody.draft();

    const sent = emulator.messages.length;
    const theirs = await other.confirm(id).expect(404);
    const none = await other.confirm(4711).expect(404);
    expect(theirs.body).toEqual(none.body);
    await other.confirm(id, { code: '123456' }).expect(404);
    expect(await other.list()).toEqual([]);
    expect(emulator.messages).toHaveLength(sent);
  });

  it.each(['0', '-1', '1.0', '1e0', 'x', '%20', '9'.repeat(30)])(
    'is not there under the id %s',
    async (id) => {
      const { somebody } = await start();
      await somebody.draft();
      await somebody.agent.post(`/api/payments/${id}/confirmation`).send({}).expect(404);
    },
  );

  it.each([
    ['no body', undefined, ['payee', 'amount']],
    ['no payee', { ...bread, payee: ' ' }, ['payee']],
    ['a payee of 71 characters', { ...bread, payee: 'a'.repeat(71) }, ['payee']],
    ['a payee of many accents', { ...bread, payee: '\u0301\u0323'.repeat(251) }, ['payee']],
    ['a payee of two lines', { ...bread, payee: 'Bakery\nThief' }, ['payee']],
    ['a payee that turns round', { ...bread, payee: 'Bakery\u202e' }, ['payee']],
    ['nothing', { ...bread, amount: '0.00' }, ['amount']],
    ['less than nothing', { ...bread, amount: '-12.50' }, ['amount']],
    ['half a cent', { ...bread, amount: '12.505' }, ['amount']],
    ['a comma', { ...bread, amount: '12,50' }, ['amount']],
    ['a power', { ...bread, amount: '1e3' }, ['amount']],
    ['a number', { ...bread, amount: 12.5 }, ['amount']],
    ['too much', { ...bread, amount: '10000.01' }, ['amount']],
  ])('of %s is refused, and the fields are named', async (_what, order, fields) => {
    const { somebody } = await start();

    const refused = await somebody.agent.post('/api/payments').send(order).expect(400);
    expect(refused.body).toMatchObject({ code: 'invalid_request' });
    expect(Object.keys(refused.body.fields)).toEqual(expect.arrayContaining(fields));
    expect(Object.keys(refused.body.fields)).toHaveLength(fields.length);
    expect(await somebody.list()).toEqual([]);
  });

  it('must be posted as JSON, with no other method', async () => {
    const { somebody } = await start();

    for (const path of ['/api/payments', '/api/payments/1/confirmation']) {
      await somebody.agent.post(path).type('form').send(bread).expect(415);
      await somebody.agent.delete(path).expect(405);
    }
  });
});

describe('A code for a payment', () => {
  it('A24: approves nothing once the draft has changed, and a new one pays what the draft is now', async () => {
    const demo = await start();
    const { somebody, newestCode, emulator } = demo;
    await somebody.confirm(await somebody.draft());
    await somebody.send('/payments/1', { payee: 'Thief', amount: '9000.00' });

    const asked = checksOf(demo);
    const code = newestCode();
    const refused = await somebody.confirm(1, { code }).expect(401);
    expect(refused.body).toMatchObject({ code: 'transaction_mismatch' });
    const again = await somebody.confirm(1, { code }).expect(401);
    expect(again.body).toMatchObject({ code: 'transaction_mismatch' });
    expect(checksOf(demo)).toBe(asked);
    expect(await somebody.list()).toMatchObject([{ payee: 'Thief', state: 'draft' }]);

    await somebody.confirm(1).expect(401);
    expect(emulator.messages.at(-1)?.text).toContain('pay 9000.00 NZD, reference 1, to Thief');
    await somebody.confirm(1, { code: newestCode() }).expect(200);
  });

  it('A24: is not sent again once the draft has changed', async () => {
    const clock = stopClock();
    const { somebody, emulator } = await start();
    await somebody.confirm(await somebody.draft());
    await somebody.send('/payments/1', { ...bread, amount: '13.00' });

    const sent = emulator.messages.length;
    clock.advance(31 * second);
    const refused = await somebody.confirm(1, { resend: true }).expect(401);
    expect(refused.body).toMatchObject({ code: 'transaction_mismatch' });
    expect(emulator.messages).toHaveLength(sent);
  });

  it.each([
    ['of another amount and payee', { payee: 'Thief', amount: '9000.00' }],
    ['of the same amount and payee', bread],
  ])('A24: does not pay another draft, %s', async (_what, order) => {
    const demo = await start();
    const { somebody, newestCode } = demo;
    const [one, another] = [await somebody.draft(), await somebody.draft(order)];
    await somebody.confirm(one);

    const asked = checksOf(demo);
    const refused = await somebody.confirm(another, { code: newestCode() }).expect(401);
    expect(refused.body).toMatchObject({ code: 'transaction_mismatch' });
    expect(checksOf(demo)).toBe(asked);
    expect(await somebody.list()).toMatchObject([{ state: 'draft' }, { state: 'draft' }]);
  });

  it('A24: does not approve another draft that is pending', async () => {
    const { somebody, newestCode } = await start();
    const [one, another] = [
      await somebody.draft(),
      await somebody.draft({ ...bread, amount: '1' }),
    ];
    await somebody.confirm(one);
    const code = newestCode();
    await somebody.confirm(another);

    const refused = await somebody.confirm(another, { code }).expect(401);
    expect(refused.body).toMatchObject({ code: 'code_incorrect' });
    await somebody.confirm(another, { code: newestCode() }).expect(200);
  });

  it('A24: is no code for a step-up, nor the other way round', async () => {
    const { somebody, newestCode } = await start();
    const id = await somebody.draft();
    const stepUp = (body: object = {}) => somebody.agent.post('/api/step-up').send(body);

    await stepUp();
    const refused = await somebody.confirm(id, { code: newestCode() }).expect(401);
    expect(refused.body).toMatchObject({ code: 'transaction_mismatch' });
    await somebody.confirm(id);
    const refusedToo = await stepUp({ code: newestCode() }).expect(401);
    expect(refusedToo.body).toMatchObject({ code: 'code_incorrect' });
  });

  it('A24: pays nothing if the draft changes while the code is being checked', async () => {
    const { somebody, newestCode, emulator } = await start();
    await somebody.confirm(await somebody.draft());
    const gate = closedGate();
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until: gate.opened });
    const asked = once(emulator, 'request');
    const answer = somebody.confirm(1, { code: newestCode() }).then((response) => response);
    await asked;
    await somebody.send('/payments/1', { payee: 'Thief', amount: '9000.00' });

    gate.open();
    expect(await answer).toMatchObject({ status: 409, body: { code: 'payment_changed' } });
    expect(await somebody.list()).toMatchObject([{ payee: 'Thief', state: 'draft' }]);
  });

  it('pays once, however often it is posted at once', async () => {
    const { somebody, newestCode } = await start();
    const pay = vi.spyOn(Payments.prototype, 'pay');
    await somebody.confirm(await somebody.draft());

    const code = newestCode();
    const answers = await Promise.all([1, 2, 3].map(() => somebody.confirm(1, { code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(pay).toHaveBeenCalledOnce();
  });
});

describe('The table of payments', () => {
  const approval = { id: 1, payee: 'Bakery', amount: 1250 };

  async function drafted() {
    const payments = new Payments(await someAppDatabase());
    await payments.draft(1, approval);
    return payments;
  }

  it('pays a draft once, however often it is approved', async () => {
    const payments = await drafted();

    const paid = await Promise.all([1, 2, 3].map(() => payments.pay(1, approval)));
    expect(paid.filter((payment) => payment?.state === 'paid')).toHaveLength(1);
    expect(paid.filter((payment) => payment === undefined)).toHaveLength(2);
  });

  it.each([
    ['another amount', 1, { ...approval, amount: 1251 }],
    ['another payee', 1, { ...approval, payee: 'Thief' }],
    ['another user', 2, approval],
  ])('pays nothing for %s', async (_what, user, approved) => {
    const payments = await drafted();

    expect(await payments.pay(user, approved)).toBeUndefined();
    expect((await payments.find(1, 1))?.state).toBe('draft');
  });

  it('changes no payment that is paid, and none of another user', async () => {
    const payments = await drafted();

    await payments.change(2, 1, { payee: 'Thief', amount: 1 });
    await payments.pay(1, approval);
    await payments.change(1, 1, { payee: 'Thief', amount: 1 });
    expect(await payments.of(1)).toMatchObject([{ payee: 'Bakery', amount: 1250 }]);
  });
});

describe('An amount', () => {
  it.each([
    ['1.15', 115],
    ['12.5', 1250],
    ['12', 1200],
    ['0.07', 7],
    ['10000.00', 1_000_000],
  ])('of %s is %d cents, and is written with both', (dollars, cents) => {
    expect(inCents(dollars)).toBe(cents);
    expect(inCents(inDollars(cents))).toBe(cents);
  });
});

describe('The pages of a payment', () => {
  it('lead from the form and the code to the list, and show the payment at every step', async () => {
    const { somebody, newestCode, emulator } = await start();

    const asking = await somebody.fill('/payments', { payee: ' Bakery ', amount: '12.5' });
    expect(titleOf(asking)).toBe('Confirm payment');
    expect(detailsOf(asking)).toEqual(['12.50 NZD', 'Bakery']);
    expect(asking.text).toContain('•••••67');
    expect(emulator.messages).toHaveLength(1);
    const entering = await somebody.fill('/payments/1/confirm');
    expect(titleOf(entering)).toBe('Confirm payment');
    expect(detailsOf(entering)).toEqual(['12.50 NZD', 'Bakery']);
    expect(entering.text).toContain('We sent a code to <strong');
    const paid = await somebody.fill('/payments/1/confirm/code', { code: newestCode() });
    expect(titleOf(paid)).toBe('Payments');
    expect(noticeOf(paid)).toBe('You paid 12.50\u00a0NZD to Bakery.');
    expect(paid.text).toContain('Paid on <time');
  });

  it('show an error for each field, and keep what was typed', async () => {
    const { somebody } = await start();
    await somebody.draft();

    for (const path of ['/payments', '/payments/1']) {
      const refused = await somebody.fill(path, { payee: '', amount: '12,50' });
      expect(refused.status).toBe(400);
      expect(errorOf(refused, 'payee')).toBe('Enter a payee.');
      expect(errorOf(refused, 'amount')).toBe('Enter an amount, for example 12.50.');
      expect(refused.text).toContain('value="12,50"');
    }
  });

  it('A24: say that nothing was paid when the draft was changed, and lead to a new code', async () => {
    const { somebody, newestCode } = await start();
    await somebody.fill('/payments', bread);
    await somebody.fill('/payments/1/confirm');
    const changed = await somebody.fill('/payments/1', { ...bread, amount: '13.00' });
    expect(titleOf(changed)).toBe('Confirm payment');
    expect(detailsOf(changed)).toEqual(['13.00 NZD', 'Bakery']);

    const refused = await somebody.fill('/payments/1/confirm/code', { code: newestCode() });
    expect(noticeOf(refused)).toBe(
      'Nothing was paid: this code is for another payment, or for this one before it was changed. Check the amount and the payee, then request a new code.',
    );
    expect(refused.text).toContain('Send code');
    await somebody.fill('/payments/1/confirm');
    const paid = await somebody.fill('/payments/1/confirm/code', { code: newestCode() });
    expect(noticeOf(paid)).toBe('You paid 13.00\u00a0NZD to Bakery.');
  });

  it('say on the code page that a code is incorrect, until no attempts are left', async () => {
    const { somebody, wrongCode } = await start();
    await somebody.draft();
    await somebody.fill('/payments/1/confirm');

    const enter = () => somebody.fill('/payments/1/confirm/code', { code: wrongCode() });
    const refused = await enter();
    expect(noticeOf(refused)).toBe('That code is incorrect. 4 attempts left.');
    expect(detailsOf(refused)).toEqual(['12.50 NZD', 'Bakery']);
    for (let attempt = 0; attempt < 3; attempt += 1) await enter();
    const last = await enter();
    expect(noticeOf(last)).toBe('That code is incorrect. No attempts left. Please start again.');
    expect(last.text).toContain('Send code');
    expect(noticeOf(await somebody.fill('/payments/1/confirm'))).toMatch(
      /^Please wait \d+ seconds before requesting another code\.$/,
    );
  });

  it('send a new code for the same payment when asked to', async () => {
    const clock = stopClock();
    const { somebody, newestCode } = await start();
    await somebody.draft();
    await somebody.fill('/payments/1/confirm');
    clock.advance(31 * second);

    const resent = await somebody.fill('/payments/1/confirm/code', { resend: '1' });
    expect(noticeOf(resent)).toBe('A new code is on its way.');
    expect(detailsOf(resent)).toEqual(['12.50 NZD', 'Bakery']);
    const paid = await somebody.fill('/payments/1/confirm/code', { code: newestCode() });
    expect(titleOf(paid)).toBe('Payments');
  });

  it('lead back to the payment when there is no pending code', async () => {
    const clock = stopClock();
    const { somebody, newestCode } = await start();
    await somebody.draft();
    await somebody.agent
      .get('/payments/1/confirm/code')
      .expect(303)
      .expect('Location', '/payments/1/confirm');
    await somebody.fill('/payments/1/confirm');

    clock.advance(15 * minute);
    const late = await somebody.fill('/payments/1/confirm/code', { resend: '1' });
    expect(noticeOf(late)).toBe('This request has timed out. Please start again.');
    const none = await somebody.fill('/payments/1/confirm/code', { code: newestCode() });
    expect(noticeOf(none)).toBe(noticeOf(late));
    expect(none.text).toContain('Send code');
  });

  it("show nothing of another user's payment, and do nothing to it", async () => {
    const demo = await start();
    const other = await logInOther(demo);
    const id = await demo.somebody.draft();

    const sent = demo.emulator.messages.length;
    for (const page of ['', '/confirm', '/confirm/code']) {
      const shown = await other.open(`/payments/${id}${page}`);
      const posted = await other.fill(`/payments/${id}${page}`, { ...bread, code: '123456' });
      for (const refused of [shown, posted]) {
        expect(refused.status).toBe(404);
        expect(refused.text).not.toContain('Bakery');
        expect(refused.text).toContain('href="/payments"');
      }
    }
    expect(demo.emulator.messages).toHaveLength(sent);
    expect((await other.open('/payments')).text).not.toContain('Bakery');
  });

  it('say that a paid payment was paid, and no longer change it', async () => {
    const { somebody, newestCode } = await start();
    await somebody.confirm(await somebody.draft());
    await somebody.confirm(1, { code: newestCode() }).expect(200);

    for (const page of ['', '/confirm', '/confirm/code']) {
      const shown = await somebody.open(`/payments/1${page}`);
      const posted = await somebody.fill(`/payments/1${page}`, { ...bread, code: '123456' });
      for (const refused of [shown, posted]) {
        expect(refused.status).toBe(409);
        expect(refused.text).toContain('This payment has already been made.');
      }
    }
  });

  it('escape the payee', async () => {
    const { somebody } = await start();
    const payee = '"><script>alert(1)</script>';

    const asking = await somebody.fill('/payments', { ...bread, payee });
    const list = await somebody.open('/payments');
    const form = await somebody.open('/payments/1');
    for (const { text } of [asking, list, form]) expect(text).not.toContain('<script>alert');
  });

  it('accept no form without the CSRF token, no other method, and are never cached', async () => {
    const { somebody, emulator } = await start();
    await somebody.draft();

    const sent = emulator.messages.length;
    for (const page of ['', '/1', '/1/confirm', '/1/confirm/code']) {
      const path = `/payments${page}`;
      const refused = await somebody.agent.post(path).type('form').send(bread).expect(403);
      expect(titleOf(refused)).toBe('This page has expired');
      await somebody.agent.delete(path).expect(405).expect('Allow', 'GET, POST');
      expect((await somebody.agent.get(path)).headers['cache-control']).toBe('no-store');
    }
    expect(emulator.messages).toHaveLength(sent);
  });

  it("lead to the code page when the provider's answer was lost", async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { somebody, emulator } = await start();
    await somebody.draft();
    emulator.overrideNextReply({ reply: 'lost', processed: true });

    const failed = await somebody.fill('/payments/1/confirm');
    expect(failed.status).toBe(504);
    expect(failed.text).toContain('href="/payments/1/confirm/code">Enter the code</a>');
    expect((await somebody.open('/payments/1/confirm/code')).text).toContain(
      'We tried to send a code to <strong',
    );
  });
});
