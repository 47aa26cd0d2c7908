import { describe, expect, it } from 'vitest';
import { newUser } from '../../../example-app/nestjs/src/demonstration.js';
import { Users } from '../../../example-app/nestjs/src/users/users.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import { logIn, logInWithoutNumber, startExample, whileChecked } from './example.js';

const mobile = '+64219876543';

describe('A first number in the Nest example', () => {
  it('is asked for after the password, proved by a code, and then opens everything', async () => {
    const example = await startExample();
    const user = example.client();

    const { body } = await user.login(newUser).expect(200);
    expect(body).toEqual({ token: expect.any(String), numberRequired: true });
    const asked = await user.post('/me/mobile', { mobile }).expect(401);
    expect(asked.body).toMatchObject({ code: 'challenge_sent', challenge: { purpose: 'enrol' } });
    expect(example.emulator.messages.map(({ to }) => to)).toEqual([mobile]);
    await user.post('/me/mobile', { mobile, code: example.wrongCode() }).expect(401);
    const proved = await user.post('/me/mobile', { mobile, code: example.code() }).expect(200);
    expect(proved.body).toEqual({ mobile: '•••••43', token: expect.any(String) });
    const me = await user.me().expect(200);
    expect(me.body).toEqual({ id: 2, username: 'new', mobile: '•••••43' });
    await user.get('/me/recovery-codes').expect(200);
  });

  it('is what the next login sends its code to', async () => {
    const example = await startExample();
    const user = await logInWithoutNumber(example);
    await user.post('/me/mobile', { mobile });
    await user.post('/me/mobile', { mobile, code: example.code() }).expect(200);

    await user.login(newUser).expect(401);
    expect(example.emulator.messages.at(-1)?.to).toBe(mobile);
    await user.enter(example.code()).expect(200);
  });

  it.each([
    ['no number', {}],
    ['a local number', { mobile: '021 987 6543' }],
    ['a number of another type', { mobile: 64_219_876_543 }],
    ['a list', { mobile: [mobile] }],
    ['an unknown field', { mobile, username: 'admin' }],
  ])('A48: with %s is a 400, and nothing is sent', async (_what, body) => {
    const example = await startExample();
    const user = await logInWithoutNumber(example);

    await user.post('/me/mobile', body).expect(400);
    expect(example.emulator.requests).toHaveLength(0);
    expect(example.logged).toEqual([]);
  });

  it('in a country that is not allowed is refused, and nothing is sent', async () => {
    const example = await startExample();
    const user = await logInWithoutNumber(example);

    const { body } = await user.post('/me/mobile', { mobile: '+882123456789' }).expect(422);
    expect(body.code).toBe('destination_unusable');
    expect(example.emulator.requests).toHaveLength(0);
  });

  it('is proved by one of two requests at once: the other one changes nothing', async () => {
    const example = await startExample();
    const user = await logInWithoutNumber(example);
    await user.post('/me/mobile', { mobile });
    const answer = { mobile, code: example.code() };

    const all = await Promise.all([1, 2].map(() => user.post('/me/mobile', answer)));
    expect(all.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
  });
});

describe('A change of number in the Nest example', () => {
  it('takes a fresh code of the old number and a code of the new one', async () => {
    const clock = stopClock();
    const example = await startExample();
    const demo = await logIn(example);
    clock.advance(6 * minute);

    const refused = await demo.post('/me/mobile', { mobile }).expect(401);
    expect(refused.body.code).toBe('second_factor_required');
    await demo.post('/step-up').expect(401);
    await demo.post('/step-up', { code: example.code() }).expect(200);
    clock.advance(30 * second);
    await demo.post('/me/mobile', { mobile }).expect(401);
    expect(example.emulator.messages.at(-1)?.to).toBe(mobile);
    const { body } = await demo.post('/me/mobile', { mobile, code: example.code() }).expect(200);
    // The token of the old number goes on: a new number proves only itself.
    expect(body).toEqual({ mobile: '•••••43' });
    await demo.me().expect(200);
  });

  it('does not save another number than the one that the code was sent to', async () => {
    const example = await startExample();
    const demo = await logIn(example);
    await demo.post('/me/mobile', { mobile }).expect(401);

    await demo.post('/me/mobile', { mobile: '+64210000000', code: example.code() }).expect(401);
    const { body } = await demo.me().expect(200);
    expect(body.mobile).toBe('•••••67');
  });

  it('is not saved if the number has changed while the code was checked', async () => {
    const example = await startExample();
    const demo = await logIn(example);
    await demo.post('/me/mobile', { mobile }).expect(401);
    const users = example.app.get(Users, { strict: false });
    const [before, other] = [users.byId(1), '+64210000000'];
    const answer = demo.post('/me/mobile', { mobile, code: example.code() }).expect(409);
    await whileChecked(example, answer, () => {
      expect(before && users.changeMobile(before, other)?.mobile).toBe(other);
    });
    expect(users.byId(1)?.mobile).toBe(other);
  });
});
