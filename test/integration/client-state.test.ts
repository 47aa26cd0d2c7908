import { describe, expect, it } from 'vitest';
import { type App, startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { someMemory } from '../fixtures/memory.js';

const credentials = { username: 'alice', password: 'right' };

function startWithoutSessions() {
  return startApp({ session: false, strategy: { state: 'client' } });
}

async function challengeId({ client }: App): Promise<string> {
  return (await client().post('/login').send(credentials)).body.challenge.id;
}

describe("state: 'client'", () => {
  it('gives the client the id of its challenge, and accepts it with the code', async () => {
    const app = await startWithoutSessions();
    const challenge = await challengeId(app);
    const answer = await app
      .client()
      .post('/login/code')
      .send({ code: newestCode(app.emulator), challenge });
    expect(answer.status).toBe(200);
    expect(answer.body.user.name).toBe('alice');
  });

  it('accepts a resend with the id', async () => {
    const clock = stopClock();
    const app = await startWithoutSessions();
    const challenge = await challengeId(app);
    clock.advance(30 * second);
    await app.client().post('/login/code').send({ resend: true, challenge });
    expect(app.emulator.messages).toHaveLength(2);
  });

  it('shows the pending challenge to a client that posts the id', async () => {
    const app = await startApp({
      session: false,
      strategy: { state: 'client' },
      routes: ({ app: express, strategy }) => {
        express.post('/pending', async (req, res) => {
          res.json((await strategy.pending(req)) ?? null);
        });
      },
    });
    const challenge = await challengeId(app);
    const shown = await app.client().post('/pending').send({ challenge });
    expect(shown.body).toMatchObject({
      id: challenge,
      destination: '•••••11',
      attemptsRemaining: 5,
    });
  });

  it.each([
    ['none', undefined],
    ['an invented one', `${'x'.repeat(22)}.${'y'.repeat(22)}`],
    ['an object', { $ne: null }],
    ['a path', '../../secret'],
    ['an empty text', ''],
  ])('A10: %s finds no challenge', async (_what, challenge) => {
    const app = await startWithoutSessions();
    await challengeId(app);
    const answer = await app
      .client()
      .post('/login/code')
      .send({ code: newestCode(app.emulator), challenge });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('challenge_not_found');
  });

  it('A11: does not accept an id made of two halves', async () => {
    const app = await startWithoutSessions();
    const first = await challengeId(app);
    const bob = await app.client().post('/login').send({ username: 'bob', password: 'right' });
    const [challengeHalf] = first.split('.');
    const [, firstFactorHalf] = bob.body.challenge.id.split('.');
    const challenge = `${challengeHalf}.${firstFactorHalf}`;
    const code = newestCode(app.emulator, '+64211111111');
    const answer = await app.client().post('/login/code').send({ code, challenge });
    expect(answer.body.code).toBe('challenge_not_found');
  });

  it.each([
    ['was used', async (enter: () => Promise<unknown>) => void (await enter())],
    [
      'has expired',
      async (_enter: unknown, advance: (time: number) => void) => advance(5 * minute),
    ],
  ])(
    'A11: treats an id that %s like an invented one, with no call to the provider',
    async (_how, spoil) => {
      const clock = stopClock();
      const app = await startWithoutSessions();
      const challenge = await challengeId(app);
      const code = newestCode(app.emulator);
      const enter = async () =>
        (await app.client().post('/login/code').send({ code, challenge })).body;
      await spoil(enter, clock.advance);
      const before = checks(app.emulator);
      expect(await enter()).toEqual({
        code: 'challenge_not_found',
        message: 'There is no code to enter. Please start again.',
      });
      expect(checks(app.emulator)).toBe(before);
    },
  );

  it("A11: treats the id of another strategy's challenge like an invented one", async () => {
    const memory = await someMemory();
    const body = { ...memory, state: 'client' } as const;
    const ours = await startApp({ session: false, strategy: body });
    const { account } = ours.emulator;
    const theirs = await startApp({
      session: false,
      strategy: { ...body, ...account, name: 'staff-2fa' },
    });
    const challenge = await challengeId(ours);
    const code = newestCode(ours.emulator);
    const crossed = await theirs.client().post('/login/code').send({ code, challenge });
    expect(crossed.body).toEqual({
      code: 'challenge_not_found',
      message: 'There is no code to enter. Please start again.',
    });
    expect((await ours.client().post('/login/code').send({ code, challenge })).status).toBe(200);
  });
});

describe("state: 'session'", () => {
  it('without a session ends in an error that names the middleware, before anything is sent', async () => {
    const { client, emulator } = await startApp({ session: false });
    const answer = await client().post('/login').send(credentials);
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('session_missing');
    expect(answer.body.message).toContain('express-session');
    expect(emulator.requests).toHaveLength(0);
  });

  it('ignores an id in the body', async () => {
    const { browser, client, emulator } = await startApp();
    await browser().login();
    const answer = await client()
      .post('/login/code')
      .send({ code: newestCode(emulator), challenge: `${'x'.repeat(22)}.${'y'.repeat(22)}` });
    expect(answer.body.code).toBe('challenge_not_found');
  });

  it('A14: ignores a foreign value under its session key', async () => {
    const { client } = await startApp({
      routes: ({ app }) => {
        app.post('/spoil', (req, res) => {
          Reflect.set(req.session, 'two-factor:modica-2fa', req.body.value);
          res.end();
        });
      },
    });
    for (const value of [7, 'text', [], { login: { id: 1 } }, { login: '../..' }, null]) {
      const [cookie = ''] = [
        (await client().post('/spoil').send({ value })).headers['set-cookie'] ?? [],
      ].flat();
      const entered = client().post('/login/code').set('Cookie', cookie).send({ code: '123456' });
      expect((await entered).body.code).toBe('challenge_not_found');
      const login = client().post('/login').set('Cookie', cookie).send(credentials);
      expect((await login).body.code).toBe('challenge_sent');
    }
  });
});
