import express, { type RequestHandler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { ModicaTwoFactorStrategy } from '../../lib/index.js';
import { type Parts, startApp } from '../fixtures/app.js';
import { newestCode, startEmulator } from '../fixtures/emulator.js';
import { someMemory } from '../fixtures/memory.js';
import { someUsers, type Users } from '../fixtures/users.js';

const sessions = () => session({ secret: 'test', resave: false, saveUninitialized: false });

/** An app of these handlers, in this order; the last one answers errors. */
function appOf(...handlers: RequestHandler[]) {
  const app = express();
  app.use(...handlers);
  const answerErrors: express.ErrorRequestHandler = (error, _req, res, _next) => {
    const { status = 500, code, message } = error;
    res.status(status).json({ code, message });
  };
  app.use(answerErrors);
  return request(app);
}

const second = (
  { passport }: Pick<Parts, 'passport'>,
  options: import('passport').AuthenticateOptions = {},
): RequestHandler => passport.authenticate('modica-2fa', { failWithError: true, ...options });

describe('In the wrong order', () => {
  it('a route before its session middleware causes an error that names it', async () => {
    const app = await startApp();
    const answer = await appOf(express.json(), second(app), sessions()).post('/').send({});
    expect([answer.status, answer.body.code]).toEqual([500, 'session_missing']);
    expect(answer.body.message).toContain('before this route');
  });

  it.each([{ phase: 'response' } as const, {}])(
    'a route of %j before its body parser causes an error that names it',
    async (route) => {
      const app = await startApp();
      const client = appOf(sessions(), second(app, route), express.json());
      const answer = await client.post('/').send({ code: '123456' });
      expect([answer.status, answer.body.code]).toEqual([500, 'body_missing']);
      expect(answer.body.message).toContain('express.json()');
    },
  );

  it('a route that only requests codes needs no body parser', async () => {
    const app = await startApp();
    const client = appOf(sessions(), second(app, { phase: 'challenge' }));
    expect((await client.post('/')).body.code).toBe('first_factor_required');
  });

  it('a request without a body needs no body parser', async () => {
    const app = await startApp();
    const client = appOf(sessions(), second(app));
    expect((await client.get('/')).body.code).toBe('method_not_allowed');
  });

  it('a body with an unsupported type is not a fault of the app', async () => {
    const app = await startApp();
    const client = appOf(sessions(), express.json(), second(app, { phase: 'response' }));
    const answer = await client.post('/').type('form').send({ code: '123456' });
    expect([answer.status, answer.body.code]).toEqual([400, 'code_malformed']);
  });
});

describe('Under another name', () => {
  it('a strategy works the same', async () => {
    const { browser, emulator } = await startApp({
      routes: ({ app, passport, strategy, password, answerUser }) => {
        passport.use('sms', strategy);
        const sms = passport.authenticate('sms', { failWithError: true });
        app.post('/sms/login', password, sms);
        app.post('/sms/code', sms, answerUser);
      },
    });
    const alice = browser();
    await alice.post('/sms/login', { username: 'alice', password: 'right' });
    const answered = await alice.post('/sms/code', { code: newestCode(emulator) });
    expect(answered.body.user.name).toBe('alice');
  });

  it("a strategy is only found by that name: Passport's error names the unknown one", async () => {
    const { strategy } = await startApp();
    const passport = new Passport().use('sms', strategy);
    const answer = await appOf(express.json(), sessions(), second({ passport })).post('/').send({});
    expect(answer.status).toBe(500);
    expect(answer.body.message).toBe('Unknown authentication strategy "modica-2fa"');
  });

  it("A11: two strategies with one name and one storage never log in each other's users", async () => {
    const emulator = await startEmulator();
    const memory = await someMemory();
    const strategyOf = (users: Users) =>
      new ModicaTwoFactorStrategy<Express.User>(
        { ...memory, ...emulator.account, destination: (user) => user.mobile },
        async ({ userId }) => users.find(userId),
      );
    const [customers, staff] = [someUsers(), someUsers()];
    staff.alice.mobile = '+64219999999';
    const passport = new Passport()
      .use('customers', strategyOf(customers))
      .use('staff', strategyOf(staff));
    const isCustomer: RequestHandler = (req, _res, next) => {
      if (req.path === '/login') req.user = customers.alice;
      next();
    };
    const use = (name: string) => passport.authenticate(name, { failWithError: true });
    const routes = express.Router().post('/login', use('customers')).post('/staff', use('staff'));
    const client = appOf(express.json(), sessions(), isCustomer, routes);
    const asked = await client.post('/login').send({});
    const [cookie = ''] = [asked.headers['set-cookie'] ?? []].flat();
    const answered = client.post('/staff').set('Cookie', cookie);
    const { body } = await answered.send({ code: newestCode(emulator) });
    expect(body.code).toBe('user_changed');
  });
});
