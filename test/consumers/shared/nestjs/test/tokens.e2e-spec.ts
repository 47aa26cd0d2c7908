import { TokensModule } from '../src/tokens/tokens.module.js';
import {
  alice,
  bob,
  emulator,
  newestCode,
  onExpress,
  onFastify,
  start,
  testing,
  wrongCode,
} from './start.js';

describe.each([
  ['Express', onExpress()],
  ['Fastify', onFastify()],
])('Tokens on %s', (_adapter, create) => {
  const startApp = () => start(testing(TokensModule), create);

  it('open a guarded route after the code, and a wrong code gives none', async () => {
    const { get, post } = await startApp();
    const asked = await post('/login', alice).expect(401);
    expect(asked.body.code).toBe('challenge_sent');
    const { id: challenge } = asked.body.challenge;
    const refused = await post('/login/code', { challenge, code: wrongCode() }).expect(401);
    expect(refused.body.code).toBe('code_incorrect');
    expect(refused.body.token).toBeUndefined();
    const { body } = await post('/login/code', { challenge, code: newestCode() }).expect(201);
    await get('/account', body.token).expect(200, { name: 'alice' });
    await get('/account').expect(401);
  });

  it('without a code are refused by the guarded route until a step-up', async () => {
    const { get, post } = await startApp();
    const login = await post('/login', bob).expect(201);
    const refused = await get('/account', login.body.token).expect(401);
    expect(refused.body.code).toBe('second_factor_required');
    expect(refused.headers['www-authenticate']).toContain('insufficient_user_authentication');
    const asked = await post('/step-up', {}, login.body.token).expect(401);
    const { id: challenge } = asked.body.challenge;
    await post('/step-up', { challenge, code: wrongCode() }, login.body.token).expect(401);
    const answer = { challenge, code: newestCode() };
    const { body } = await post('/step-up', answer, login.body.token).expect(201);
    await get('/account', body.token).expect(200, { name: 'bob' });
  });

  it('for the code alone open the route of the code and no other', async () => {
    const { get, post } = await startApp();
    const partial = (await post('/partial', alice).expect(201)).body.token;
    await get('/account', partial).expect(401, { statusCode: 401, message: 'Unauthorized' });
    await post('/partial/code', {}).expect(401, { statusCode: 401, message: 'Unauthorized' });
    const asked = await post('/partial/code', {}, partial).expect(401);
    expect(asked.body.code).toBe('challenge_sent');
    const { id: challenge } = asked.body.challenge;
    const refused = await post('/partial/code', { challenge, code: wrongCode() }, partial);
    expect([refused.status, refused.body.code]).toEqual([401, 'code_incorrect']);
    const answer = { challenge, code: newestCode() };
    const { body } = await post('/partial/code', answer, partial).expect(201);
    await get('/account', body.token).expect(200, { name: 'alice' });
  });

  it('approve a transaction of a provider with its code, and no other', async () => {
    const { post } = await startApp();
    const { token } = (await post('/login', bob)).body;
    const transfer = { to: 'Bakery', amount: 12.5 };
    await post('/transfers', { ...transfer, amount: '12.5' }, token).expect(400);
    const asked = await post('/transfers', transfer, token).expect(401);
    expect(emulator.messages.at(-1)?.text).toContain('"Bakery"');
    const answer = { challenge: asked.body.challenge.id, code: newestCode() };
    await post('/transfers', { ...transfer, ...answer }, token).expect(200, transfer);
    const other = await post('/transfers', transfer, token).expect(401);
    const forged = { challenge: other.body.challenge.id, code: newestCode(), amount: 1000 };
    const refused = await post('/transfers', { ...transfer, ...forged }, token).expect(401);
    expect(refused.body.code).toBe('transaction_mismatch');
  });
});
