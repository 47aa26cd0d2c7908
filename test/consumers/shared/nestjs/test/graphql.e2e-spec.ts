import { GraphqlAppModule } from '../src/graphql/graphql.module.js';
import { emulator, newestCode, onExpress, onFastify, start, testing, wrongCode } from './start.js';

describe.each([
  ['Express', onExpress()],
  ['Fastify', onFastify()],
])('GraphQL on %s', (_adapter, create) => {
  const startApp = async () => {
    const { post } = await start(testing(GraphqlAppModule), create);
    const send = async (query: string, token?: string) =>
      (await post('/graphql', { query }, token)).body;
    return {
      send,
      refused: async (query: string, token?: string) =>
        (await send(query, token)).errors[0].extensions.originalError,
    };
  };

  const login = (username: string) =>
    `mutation { login(username: "${username}", password: "right") }`;

  it('logs in with two mutations, and the token opens a guarded query', async () => {
    const { send, refused } = await startApp();
    const { code, challenge } = await refused(login('alice'));
    expect(code).toBe('challenge_sent');
    const enter = (entered?: string) =>
      `mutation { code(challenge: "${challenge.id}", code: "${entered}") }`;
    expect((await refused(enter(wrongCode()))).code).toBe('code_incorrect');
    const { data } = await send(enter(newestCode()));
    expect((await send('{ account }', data.code)).data).toEqual({ account: 'alice' });
    expect((await refused('{ account }')).statusCode).toBe(401);
  });

  it('steps up a token without a code', async () => {
    const { send, refused } = await startApp();
    const token = (await send(login('bob'))).data.login;
    expect((await refused('{ account }', token)).code).toBe('second_factor_required');
    const { challenge } = await refused('mutation { stepUp }', token);
    const stepUp = (code?: string) =>
      `mutation { stepUp(challenge: "${challenge.id}", code: "${code}") }`;
    expect((await refused(stepUp(wrongCode()), token)).code).toBe('code_incorrect');
    const { data } = await send(stepUp(newestCode()), token);
    expect((await send('{ account }', data.stepUp)).data).toEqual({ account: 'bob' });
  });

  it('approves a transaction of a provider, and injects it', async () => {
    const { send, refused } = await startApp();
    const token = (await send(login('bob'))).data.login;
    const transfer = (amount: number, answer = '') =>
      `mutation { transfer(to: "Bakery", amount: ${amount} ${answer}) { to amount } }`;
    const answerTo = (challenge: { id: string }) =>
      `challenge: "${challenge.id}", code: "${newestCode()}"`;
    const first = await refused(transfer(5), token);
    expect(emulator.messages.at(-1)?.text).toContain('"Bakery"');
    const { data } = await send(transfer(5, answerTo(first.challenge)), token);
    expect(data.transfer).toEqual({ to: 'Bakery', amount: 5 });
    const second = await refused(transfer(5), token);
    const forged = await refused(transfer(1000, answerTo(second.challenge)), token);
    expect(forged.code).toBe('transaction_mismatch');
  });
});
