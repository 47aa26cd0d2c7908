import { describe, expect, it } from 'vitest';
import { demoUser } from '../../../example-app/nestjs/src/demonstration.js';
import { minute, stopClock } from '../../fixtures/clock.js';
import { type Example, logIn, startExample } from './example.js';

/** A user who has just made recovery codes. */
async function withCodes(example: Example) {
  const demo = await logIn(example);
  const { body } = await demo.post('/me/recovery-codes').expect(201);
  const codes: string[] = body.codes;
  const [first = '', second = ''] = codes;
  return { demo, codes, first, second };
}

describe('Recovery codes in the Nest example', () => {
  it('are ten, shown once and never cached', async () => {
    const example = await startExample();
    const demo = await logIn(example);

    const { body, headers } = await demo.post('/me/recovery-codes').expect(201);
    expect(new Set(body.codes).size).toBe(10);
    expect(headers['cache-control']).toBe('no-store');
    const left = await demo.get('/me/recovery-codes').expect(200);
    expect(left.body).toEqual({ remaining: 10 });
  });

  it('log in in the place of a code from a message, each once', async () => {
    const example = await startExample();
    const { first, second } = await withCodes(example);
    const user = example.client();
    await user.login().expect(401);

    const { body } = await user.post('/login/code', { recoveryCode: first }).expect(200);
    expect(body).toEqual({ token: expect.any(String), recoveryCodesRemaining: 9 });
    await user.get('/me/recovery-codes').expect(200, { remaining: 9 });
    const again = example.client();
    await again.login().expect(401);
    const refused = await again.post('/login/code', { recoveryCode: first }).expect(401);
    expect(refused.body.code).toBe('recovery_code_incorrect');
    await again.post('/login/code', { recoveryCode: second }).expect(200);
  });

  it('posted with the password log in at once, and nothing is sent', async () => {
    const example = await startExample();
    const { first } = await withCodes(example);
    const sent = example.emulator.messages.length;
    const user = example.client();

    await user.login({ ...demoUser, recoveryCode: first }).expect(200);
    await user.me().expect(200);
    expect(example.emulator.messages).toHaveLength(sent);
  });

  it('with a wrong password are not used up', async () => {
    const example = await startExample();
    const { first, demo } = await withCodes(example);
    const thief = { ...demoUser, password: 'wrong', recoveryCode: first };

    await example.client().login(thief).expect(401);
    await demo.get('/me/recovery-codes').expect(200, { remaining: 10 });
  });

  it('A48: in a body that validation refuses are not used up', async () => {
    const example = await startExample();
    const { first, demo } = await withCodes(example);
    const login = { ...demoUser, recoveryCode: first };

    await example
      .client()
      .login({ ...login, admin: true })
      .expect(400);
    await example
      .client()
      .login({ ...login, password: ['x'] })
      .expect(400);
    await demo.get('/me/recovery-codes').expect(200, { remaining: 10 });
  });

  it('let one of many requests in at once', async () => {
    const example = await startExample();
    const { first } = await withCodes(example);
    const login = { ...demoUser, recoveryCode: first };

    const all = await Promise.all([1, 2, 3].map(() => example.client().login(login)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('of an earlier set no longer work', async () => {
    const example = await startExample();
    const { demo, first } = await withCodes(example);
    await demo.post('/me/recovery-codes').expect(201);

    await example
      .client()
      .login({ ...demoUser, recoveryCode: first })
      .expect(401);
  });

  it('lead to a new number when the phone is lost', async () => {
    const example = await startExample();
    const { first } = await withCodes(example);
    const user = example.client();
    await user.login({ ...demoUser, recoveryCode: first }).expect(200);

    const mobile = '+64219876543';
    await user.post('/me/mobile', { mobile }).expect(401);
    await user.post('/me/mobile', { mobile, code: example.code() }).expect(200);
  });

  it('are not made or counted without a fresh code', async () => {
    const clock = stopClock();
    const example = await startExample();
    const { demo, first } = await withCodes(example);
    clock.advance(6 * minute);

    await demo.get('/me/recovery-codes').expect(401);
    const { body } = await demo.post('/me/recovery-codes').expect(401);
    expect(body.code).toBe('second_factor_required');
    // The set of before is as it was.
    await example
      .client()
      .login({ ...demoUser, recoveryCode: first })
      .expect(200);
  });

  it('approve no transfer and prove no number', async () => {
    const example = await startExample();
    const { demo, first } = await withCodes(example);
    const transfer = { to: 'kiri', amount: 1, recoveryCode: first };
    const mobile = { mobile: '+64219876543', recoveryCode: first };

    for (const [path, body] of [
      ['/transfers', transfer],
      ['/me/mobile', mobile],
    ] as const) {
      const { status } = await demo.post(path, body);
      expect([400, 401, 403, 422]).toContain(status);
    }
    await demo.get('/me/recovery-codes').expect(200, { remaining: 10 });
  });
});
