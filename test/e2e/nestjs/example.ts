import type { LoggerService } from '@nestjs/common';
import request from 'supertest';
import { expect, onTestFinished } from 'vitest';
import { createApp } from '../../../example-app/nestjs/src/app.js';
import { demoUser, newUser } from '../../../example-app/nestjs/src/demonstration.js';
import { readSettings } from '../../../example-app/nestjs/src/settings.js';

/** The Nest example on a free port until the test ends, as this environment sets it up. */
export async function startApp(environment: NodeJS.ProcessEnv) {
  const { app, emulator } = await createApp(readSettings(environment));
  onTestFinished(() => app.close());
  const logged: unknown[] = [];
  app.useLogger(loggerInto(logged));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, emulator, logged, url, client: () => clientOf(url) };
}

/** The same with its emulated phone, which can be read. */
export async function startExample() {
  const { emulator, ...example } = await startApp({});
  if (!emulator) throw new Error('The example has no emulator');
  const code = () => emulator.messages.at(-1)?.code ?? 'none';
  return {
    ...example,
    emulator,
    code,
    wrongCode: () => (code() === '000000' ? '111111' : '000000'),
    /** How often Modica was asked to check a code. */
    checks: () => emulator.requests.filter(({ path }) => path === '/responses').length,
  };
}

export type Example = Awaited<ReturnType<typeof startExample>>;

function loggerInto(logged: unknown[]): LoggerService {
  const ignore = () => {};
  return { log: ignore, warn: ignore, error: (message) => logged.push(message) };
}

/** A client of the API that keeps its newest challenge and token. */
export function clientOf(url: string) {
  const agent = request.agent(url);
  let challenge: string | undefined;
  let token: string | undefined;
  agent.use((sent: request.Test) => {
    sent.on('response', ({ body }: request.Response) => {
      challenge = body.challenge?.id ?? challenge;
      token = body.token ?? token;
    });
  });
  const send = (to: request.Test, body?: object) => {
    if (token !== undefined) to.set('authorization', `Bearer ${token}`);
    return to.send(body);
  };
  const post = (path: string, body: object = {}) =>
    send(agent.post(path), { ...(challenge && { challenge }), ...body });
  return {
    post,
    get: (path: string) => send(agent.get(path)),
    login: (body: object = demoUser) => post('/login', body),
    enter: (code: unknown) => post('/login/code', { code }),
    resend: () => post('/login/code', { resend: true }),
    me: () => send(agent.get('/me')),
    token: () => token,
  };
}

export type Client = ReturnType<typeof clientOf>;

/** Both factors. */
export async function logIn({ client, code }: Example): Promise<Client> {
  const demo = client();
  await demo.login().expect(401);
  await demo.enter(code()).expect(200);
  return demo;
}

/** Runs `meanwhile` after Modica has checked a code, and before it answers. */
export async function whileChecked(
  { emulator, checks }: Example,
  answer: PromiseLike<unknown>,
  meanwhile: () => void,
): Promise<void> {
  const checked = checks();
  await new Promise<void>((done, failed) => {
    const until = new Promise<void>((release) => {
      const run = async () => {
        await expect.poll(checks).toBe(checked + 1);
        meanwhile();
        release();
      };
      run().catch(failed);
    });
    emulator.overrideNextReply({ path: '/responses', reply: 'held', until });
    answer.then(() => done(), failed);
  });
}

/** The password of a user without a number. */
export async function logInWithoutNumber({ client }: Example): Promise<Client> {
  const user = client();
  await user.login(newUser).expect(200);
  return user;
}
