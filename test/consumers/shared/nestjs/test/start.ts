import type { INestApplication, Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import request from 'supertest';
import { ModicaAccount } from '../src/modica-account.js';

export const alice = { username: 'alice', password: 'right' };
/** Logs in without a code. */
export const bob = { username: 'bob', password: 'right' };

/** For a test of an error that is logged. */
export const silent = { log: () => {}, warn: () => {}, error: () => {} };

export const emulator = createModicaEmulator();
const apps: INestApplication[] = [];

beforeAll(() => emulator.start());
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));
afterAll(() => emulator.stop());

export const newestCode = () => emulator.messages.at(-1)?.code;
export const wrongCode = () => (newestCode() === '000000' ? '111111' : '000000');

export const testing = (module: Type) =>
  Test.createTestingModule({ imports: [module] })
    .overrideProvider(ModicaAccount)
    .useValue(emulator.account);

type Create = (module: TestingModule) => INestApplication | Promise<INestApplication>;

export const onExpress =
  (setUp: (app: INestApplication) => unknown = () => {}): Create =>
  async (module) => {
    const app = module.createNestApplication();
    await setUp(app);
    return app;
  };

export const onFastify =
  (setUp: (app: NestFastifyApplication) => unknown = () => {}): Create =>
  async (module) => {
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await setUp(app);
    return app;
  };

/** Starts an app on a free port, until the test ends. */
export async function start(builder: TestingModuleBuilder, create = onExpress()) {
  const app = await create(await builder.compile());
  apps.push(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const agent = request.agent(url);
  const withToken = (sent: request.Test, token?: string) =>
    token ? sent.set('authorization', `Bearer ${token}`) : sent;
  return {
    app,
    url,
    get: (path: string, token?: string) => withToken(agent.get(path), token),
    post: (path: string, body: object = {}, token?: string) =>
      withToken(agent.post(path), token).send(body),
  };
}
