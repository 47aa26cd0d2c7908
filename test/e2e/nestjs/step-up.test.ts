import { describe, expect, it } from 'vitest';
import { minute, stopClock } from '../../fixtures/clock.js';
import { logIn, startExample } from './example.js';

describe('A step-up in the Nest example', () => {
  it('is asked for by what needs a fresh code, and a new token opens it', async () => {
    const clock = stopClock();
    const example = await startExample();
    const demo = await logIn(example);
    await demo.get('/me/recovery-codes').expect(200);
    clock.advance(6 * minute);

    const refused = await demo.get('/me/recovery-codes').expect(401);
    expect(refused.body.code).toBe('second_factor_required');
    expect(refused.headers['www-authenticate']).toContain('max_age="300"');
    await demo.me().expect(200);
    const asked = await demo.post('/step-up').expect(401);
    expect(asked.body).toMatchObject({ code: 'challenge_sent', challenge: { purpose: 'step-up' } });
    await demo.post('/step-up', { code: example.wrongCode() }).expect(401);
    await demo.get('/me/recovery-codes').expect(401);
    await demo.post('/step-up', { code: example.code() }).expect(200);
    await demo.get('/me/recovery-codes').expect(200);
  });

  it('is not passed by the code of a login', async () => {
    const example = await startExample();
    const demo = await logIn(example);
    const other = example.client();
    await other.login();

    const { body } = await demo
      .post('/step-up', { challenge: 'x', code: example.code() })
      .expect(401);
    expect(body.token).toBeUndefined();
  });

  it.each([
    ['a code of another type', { code: 123_456 }],
    ['a list', { code: ['1'] }],
    ['two answers', { code: '123456', resend: true }],
  ])('with %s is refused, never a 500', async (_what, body) => {
    const example = await startExample();
    const demo = await logIn(example);
    await demo.post('/step-up').expect(401);

    const refused = await demo.post('/step-up', body);
    expect([400, 401]).toContain(refused.status);
    expect(refused.body.token).toBeUndefined();
    expect(example.logged).toEqual([]);
  });
});
