import { createServer } from 'node:http';
import type express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import session from 'express-session';
import newestPassport, { type AuthenticateCallback, type Passport } from 'passport';
import { listen } from '../fixtures/listen.js';
import {
  type Answer,
  answerTo,
  type CallbackArguments,
  callbackAnswer,
  type Framework,
  recordedSecondFactor,
  type Step,
} from './framework.js';

const answer: RequestHandler = (req, res) => {
  const { authInfo: info } = req;
  const user: unknown = Reflect.get(req, Reflect.get(req, '_userProperty') ?? 'user');
  const account: unknown = Reflect.get(req, 'account');
  const answered: Answer = { user, account, info, fresh: recordedSecondFactor(req, info) };
  res.json(answered);
};

const answerErrors: ErrorRequestHandler = (error, _req, res, _next) => {
  const { status, headers, body } = answerTo(error);
  res.status(status).set(headers).json(body);
};

function handlerOf(passport: InstanceType<typeof Passport>, step: Step): RequestHandler {
  const { strategy, options } = step;
  if (step.authorize) return passport.authorize(strategy, options);
  if (step.logsIn) {
    return (req, res, next) => {
      const logIn: AuthenticateCallback = (error, user) => {
        if (error || !user) next(error ?? new Error('No user'));
        else req.logIn(user, next);
      };
      passport.authenticate(strategy, options, logIn)(req, res, next);
    };
  }
  if (!step.callback) return passport.authenticate(strategy, options);
  return (req, res, next) => {
    const answerCallback = (...args: CallbackArguments) => void res.json(callbackAnswer(...args));
    passport.authenticate(strategy, options, answerCallback)(req, res, next);
  };
}

/** An Express app, of either version, with these sessions and this version of Passport. */
export function expressWith(
  described: Pick<Framework, 'title' | 'sessions'>,
  version: typeof express,
  sessions: () => readonly RequestHandler[],
  { Passport } = newestPassport,
): Framework {
  return {
    ...described,
    builtIn: [],
    authorizeShowsUser: true,
    takesUserProperty: true,
    start: async ({ strategies, routes, find, without, userProperty }) => {
      const passport = new Passport();
      passport.serializeUser((user, done) => done(null, user.id));
      passport.deserializeUser((id: number, done) => done(null, find(id) ?? false));
      for (const strategy of strategies) passport.use(strategy);
      const app = version();
      if (without !== 'the body parser') app.use(version.json());
      if (userProperty) app.use(passport.initialize({ userProperty }));
      if (without !== 'the session') {
        app.use(...sessions());
        if (without !== 'passport.session()') app.use(passport.session());
      }
      for (const { path, steps } of routes) {
        app.post(path, ...steps.map((step) => handlerOf(passport, step)), answer);
      }
      app.get('/me', answer);
      app.post('/logout', (req, res, next) => {
        req.logout((error) => (error ? next(error) : answer(req, res, next)));
      });
      app.use(answerErrors);
      const { port } = await listen(createServer(app));
      return `http://127.0.0.1:${port}`;
    },
  };
}

/** Sessions in the memory of the server, as most apps begin. */
export function sessionsOnServer(): readonly RequestHandler[] {
  return [session({ secret: 'of the test', resave: false, saveUninitialized: false })];
}
