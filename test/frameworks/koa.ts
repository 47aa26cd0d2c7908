import { createServer } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import koaPassport from 'koa-passport';
import session from 'koa-session';
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

type Passport = InstanceType<typeof koaPassport.KoaPassport>;

const answer = (ctx: Context) => {
  const { user, account, authInfo: info } = ctx.state;
  const { session: held } = ctx;
  const fresh = recordedSecondFactor({ session: held, user }, info);
  const answered: Answer = { user, account, info, fresh };
  ctx.body = answered;
};

const answerErrors: Middleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    const { status, headers, body } = answerTo(error);
    ctx.status = status;
    ctx.set(headers);
    ctx.body = body;
  }
};

/** Sessions in the memory of the server. */
function sessionsOf(app: Koa): Middleware {
  const held = new Map<string, unknown>();
  const store = {
    get: async (key: string) => held.get(key),
    set: async (key: string, value: unknown) => void held.set(key, value),
    destroy: async (key: string) => void held.delete(key),
  };
  app.keys = ['of the test'];
  return session({ store }, app);
}

function middlewareOf(passport: Passport, step: Step): Middleware {
  const { strategy, options } = step;
  if (step.authorize) return passport.authorize(strategy, options);
  if (step.logsIn) {
    return (ctx, next) => {
      const logIn = async (...[, user]: CallbackArguments) => {
        await ctx.login(Object(user));
        await next();
      };
      return passport.authenticate(strategy, options, logIn)(ctx, next);
    };
  }
  if (!step.callback) return passport.authenticate(strategy, options);
  return (ctx, next) => {
    const answerCallback = (...args: CallbackArguments) => {
      ctx.body = callbackAnswer(...args);
    };
    return passport.authenticate(strategy, options, answerCallback)(ctx, next);
  };
}

export const koa: Framework = {
  title: 'Koa 3 with koa-session',
  sessions: 'on the server',
  builtIn: [],
  authorizeShowsUser: false,
  takesUserProperty: false,
  start: async ({ strategies, routes, find, without }) => {
    const passport = new koaPassport.KoaPassport();
    passport.serializeUser((user, done) => done(null, user.id));
    passport.deserializeUser((id: number, done) => done(null, find(id) ?? false));
    for (const strategy of strategies) passport.use(strategy);
    const app = new Koa();
    app.use(answerErrors);
    if (without !== 'the body parser') app.use(bodyParser());
    app.use(passport.initialize());
    if (without !== 'the session') {
      app.use(sessionsOf(app));
      if (without !== 'passport.session()') app.use(passport.session());
    }
    const router = new Router();
    for (const { path, steps } of routes) {
      router.post(path, ...steps.map((step) => middlewareOf(passport, step)), answer);
    }
    router.get('/me', answer);
    router.post('/logout', async (ctx) => {
      await ctx.logout();
      answer(ctx);
    });
    app.use(router.routes());
    const { port } = await listen(createServer(app.callback()));
    return `http://127.0.0.1:${port}`;
  },
};
