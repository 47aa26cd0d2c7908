import { describe, expect, it } from 'vitest';
import { logIn, startExample } from './example.js';

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
    ['nobody', { amount: 100 }, 'to'],
    ['nothing', { ...transfer, amount: 0 }, 'amount'],
    ['a text', { ...transfer, amount: '100' }, 'amount'],
  ])('A48: of or to %s is refused before a code is sent', async (_what, body, field) => {
    const example = await startExample();
    const demo = await logIn(example);

    const refused = await demo.post('/transfers', body).expect(400);
    expect(Object.keys(refused.body.fields)).toEqual([field]);
    expect(example.emulator.messages).toHaveLength(1);
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
