import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { PasswordGuard } from '../src/guards.js';
import { ModicaAccount } from '../src/modica-account.js';
import { Users } from '../src/users.js';
import { AppModule } from '../src/with-module/app.module.js';

describe('The module (e2e)', () => {
  const emulator = createModicaEmulator();
  const apps: INestApplication<App>[] = [];
  const alice = { username: 'alice', password: 'right' };

  const testing = () =>
    Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(ModicaAccount)
      .useValue(emulator.account);

  const start = async (builder = testing()) => {
    const module = await builder.compile();
    const app: INestApplication<App> = module.createNestApplication();
    await app.init();
    apps.push(app);
    const post = (path: string, body: object) => request(app.getHttpServer()).post(path).send(body);
    return { app, post };
  };

  const newestCode = () => emulator.messages.at(-1)?.code;

  beforeAll(() => emulator.start());
  afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));
  afterAll(() => emulator.stop());

  it('logs in with a code, and starts afresh in each app', async () => {
    for (const _app of ['first', 'second']) {
      const { post } = await start();
      const asked = await post('/login', alice);
      expect([asked.status, asked.body.code]).toEqual([401, 'challenge_sent']);
      const { id: challenge } = asked.body.challenge;
      const answered = await post('/login/code', { challenge, code: newestCode() });
      expect([answered.status, answered.body]).toEqual([200, { id: 1 }]);
    }
  });

  it('approves a transaction of a provider, and gives it to the handler', async () => {
    const { post } = await start();
    const transfer = { ...alice, to: 'Bakery', amount: 12.5 };
    expect((await post('/transfers', { ...transfer, amount: '12.5' })).status).toBe(400);
    const asked = await post('/transfers', transfer);
    const { id: challenge } = asked.body.challenge;
    const answered = await post('/transfers', { ...transfer, challenge, code: newestCode() });
    expect([answered.status, answered.body]).toEqual([
      200,
      { approved: { to: 'Bakery', amount: 12.5 }, amr: ['mfa', 'sms'] },
    ]);
  });

  it('lets a test override a guard, and inject the strategy', async () => {
    const users = new Users();
    const loggedIn = {
      canActivate: (context: { switchToHttp(): { getRequest(): { user?: unknown } } }) => {
        context.switchToHttp().getRequest().user = users.find(1);
        return true;
      },
    };
    const { app, post } = await start(testing().overrideGuard(PasswordGuard).useValue(loggedIn));
    expect((await post('/login', {})).body.code).toBe('challenge_sent');
    await app.get(ModicaTwoFactorStrategy).cancel(1);
  });
});
