import { describe, expect, it } from 'vitest';
import { Accounts } from '../../../example-app/nestjs/src/transfers/accounts.js';
import { minute, stopClock } from '../../fixtures/clock.js';
import { logIn, startExample, whileChecked } from './example.js';

const transfer = { to: 'kiri', amount: 100 };

describe('A transfer in the Nest example', () => {
  it('requires a code that was sent for it', async () => {
    const example = await startExample();
    const demo = await logIn(example);

    const asked = await demo.post('/transfers', transfer).expect(401);
    expect(asked.body).toMatchObject({ code: 'challenge_sent', challenge: { purpose: 'step-up' } });
    const { body } = await demo
      .post('/transfers', { ...transfer, code: example.code() })
      .expect(200);
    expect(body).toEqual({ transferred: transfer });
  });

  it('is not approved with the code of another one', async () => {
    const example = await startExample();
    const demo = await logIn(example);
    await demo.post('/transfers', transfer).expect(401);

    const checked = example.checks();
    const { body } = await demo
      .post('/transfers', { ...transfer, amount: 101, code: example.code() })
      .expect(401);
    expect(body.code).toBe('transaction_mismatch');
    expect(example.checks()).toBe(checked);
  });

  it.each([
    ['no payee', { amount: 100 }, 'to'],
    ['an amount of zero', { ...transfer, amount: 0 }, 'amount'],
    ['a negative amount', { ...transfer, amount: -1 }, 'amount'],
    ['a fraction of a cent', { ...transfer, amount: 1.001 }, 'amount'],
    ['a string for the amount', { ...transfer, amount: '100' }, 'amount'],
    ['an unknown field', { ...transfer, admin: true }, 'admin'],
  ])('A48: with %s is refused before a code is sent', async (_what, body, field) => {
    const example = await startExample();
    const demo = await logIn(example);

    const refused = await demo.post('/transfers', body).expect(400);
    expect(Object.keys(refused.body.message)).toEqual([field]);
    expect(example.emulator.messages).toHaveLength(1);
    expect(example.logged).toEqual([]);
  });

  it('A48: of more than the balance is refused before a code is sent', async () => {
    const example = await startExample();
    const demo = await logIn(example);

    const { body } = await demo.post('/transfers', { ...transfer, amount: 1001 }).expect(400);
    expect(body.message).toMatch('not have enough money');
    expect(example.emulator.messages).toHaveLength(1);
  });

  it('is paid once: its code does not approve it again, and the balance is less', async () => {
    const example = await startExample();
    const demo = await logIn(example);
    await demo.post('/transfers', { ...transfer, amount: 600 }).expect(401);
    const approved = { ...transfer, amount: 600, code: example.code() };
    await demo.post('/transfers', approved).expect(200);

    await demo.post('/transfers', { ...approved, amount: 400 }).expect(401);
    await demo.post('/transfers', approved).expect(400);
  });

  it('is not paid if the money has gone while its code was checked', async () => {
    const example = await startExample();
    const demo = await logIn(example);
    await demo.post('/transfers', transfer).expect(401);
    const accounts = example.app.get(Accounts);
    const answer = demo.post('/transfers', { ...transfer, code: example.code() }).expect(409);
    await whileChecked(example, answer, () => {
      expect(accounts.pay({ id: 1 }, 950)).toBe(true);
    });
    expect(accounts.balanceOf({ id: 1 })).toBe(50);
  });

  it('is not a fresh code for anything else: it comes with no new token', async () => {
    const clock = stopClock();
    const example = await startExample();
    const demo = await logIn(example);
    clock.advance(6 * minute);
    await demo.post('/transfers', transfer).expect(401);
    const { body } = await demo.post('/transfers', { ...transfer, code: example.code() });

    expect(body).toEqual({ transferred: transfer });
    await demo.get('/me/recovery-codes').expect(401);
  });

  it('A48: with an invalid body does not use up the code that is posted with it', async () => {
    const example = await startExample();
    const demo = await logIn(example);
    await demo.post('/transfers', transfer).expect(401);
    const code = example.code();
    const checked = example.checks();

    await demo.post('/transfers', { ...transfer, amount: -1, code }).expect(400);
    expect(example.checks()).toBe(checked);
    await demo.post('/transfers', { ...transfer, code }).expect(200);
  });

  it('is refused without a login', async () => {
    const { client, emulator } = await startExample();

    await client().post('/transfers', transfer).expect(401);
    expect(emulator.requests).toHaveLength(0);
  });
});
