import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import request from 'supertest';
import type { Transaction } from '../../lib/index.js';
import { someMemory } from '../fixtures/memory.js';
import { passwordOf } from '../fixtures/password.js';
import { someUsers } from '../fixtures/users.js';
import type { Profile, StrategyOptions } from './profile.js';

/** Starts the same app with any provider: a login with password and code, and a payment that a code approves. */
export async function startWith(profile: Profile, options: Partial<StrategyOptions> = {}) {
  const provided = await profile.start();
  const users = someUsers();
  users.alice.mobile = profile.mobiles.alice;
  users.bob.mobile = profile.mobiles.bob;
  const strategy = provided.strategy(
    {
      ...(await someMemory()),
      destination: (user) => user.mobile,
      ...profile.options,
      ...options,
    },
    users.find,
  );
  const passport = new Passport();
  passport.serializeUser((user, done) => done(null, user.id));
  passport.deserializeUser((id: number, done) => done(null, users.find(id) ?? false));
  passport.use(passwordOf(users));
  passport.use(strategy);

  const sessions = new session.MemoryStore();
  const errors: unknown[] = [];
  const draft: { payment: Transaction } = { payment: { amount: '100 USD', payee: 'ACME' } };
  const app = express();
  app.use(express.json());
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false, store: sessions }));
  app.use(passport.session());

  const failWithError = true;
  const code = (phase: 'challenge' | 'response'): RequestHandler =>
    passport.authenticate(strategy.name, { phase, failWithError });
  app.post(
    '/login',
    passport.authenticate('local', { session: false, failWithError }),
    code('challenge'),
  );
  app.post('/login/code', code('response'), answerUser);
  app.get('/login/code', async (req, res) => {
    res.json((await strategy.pending(req)) ?? null);
  });
  app.get('/image', passport.authenticate(strategy.name, { failWithError }));
  app.post(
    '/pay',
    passport.authenticate(strategy.name, {
      purpose: 'step-up',
      session: false,
      failWithError,
      transaction: () => draft.payment,
    }),
    answerUser,
  );
  app.get('/me', answerUser);
  app.post('/logout', (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.end()));
  });
  const answerErrors: ErrorRequestHandler = (error, _req, res, _next) => {
    errors.push(error);
    const { status = 500, code: word, message, headers = {}, info } = error;
    res
      .status(status)
      .set(headers)
      .json({ code: word, message, ...info });
  };
  app.use(answerErrors);

  const { emulator } = provided;
  /** The code in the newest SMS, or in the newest to one number. */
  const newestCode = (to?: string) => {
    const message = emulator.messages.findLast((sent) => to === undefined || sent.to === to);
    if (message === undefined) throw new Error('The phone got no message');
    return message.code;
  };
  /** Returns a browser with a logged-in user. */
  const logIn = async (username = 'alice') => {
    const browser = browserOf(app);
    await browser.login(username);
    await browser.enter(newestCode());
    return browser;
  };
  return {
    ...provided,
    strategy,
    users,
    sessions,
    /** The errors that the app's error handler got. */
    errors,
    /** The payment to approve. */
    draft,
    browser: () => browserOf(app),
    /** A client without cookies. */
    client: () => request(app),
    logIn,
    newestCode,
    /** A well-formed wrong code. */
    wrongCode: () => (newestCode() === '987654' ? '876543' : '987654'),
    /** Stops the provider, and returns a function that restarts it. */
    goDown: async () => {
      const port = Number(new URL(emulator.url).port);
      await emulator.stop();
      return () => emulator.start(port);
    },
  };
}

const answerUser: RequestHandler = (req, res) => {
  res.json({ user: req.user && { name: req.user.name }, info: req.authInfo });
};

/** A client with cookies. */
function browserOf(app: Express) {
  const agent = request.agent(app);
  const post = (path: string, body: object = {}) => agent.post(path).send(body);
  return {
    post,
    get: (path: string) => agent.get(path),
    login: (username = 'alice') => post('/login', { username, password: 'right' }),
    enter: (code: unknown) => post('/login/code', { code }),
    resend: () => post('/login/code', { resend: true }),
    /** The name of the logged-in user. */
    me: async (): Promise<unknown> => (await agent.get('/me')).body.user?.name,
  };
}

export type App = Awaited<ReturnType<typeof startWith>>;
