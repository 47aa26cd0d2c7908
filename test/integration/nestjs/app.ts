import 'reflect-metadata';
import { type LoggerService, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PassportStrategy } from '@nestjs/passport';
import type { RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import {
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
  type Verification,
} from '../../../lib/index.js';
import { startEmulator } from '../../fixtures/emulator.js';
import { someMemory } from '../../fixtures/memory.js';

export interface AppUser extends Express.User {
  readonly id: number;
  readonly name: string;
  mobile: string;
}

export type Options = ModicaTwoFactorOptions<AppUser>;

class PasswordStrategy extends PassportStrategy(LocalStrategy) {
  constructor(private readonly users: readonly AppUser[]) {
    super();
  }

  validate(name: string, password: string) {
    return password === 'right' && this.users.find((user) => user.name === name);
  }
}

class CodeStrategy extends PassportStrategy(ModicaTwoFactorStrategy<AppUser>) {
  constructor(
    options: Options,
    private readonly users: readonly AppUser[],
  ) {
    super({ ...options, passReqToCallback: false });
  }

  async validate({ userId }: Verification<number>) {
    return this.users.find(({ id }) => id === userId);
  }
}

export interface NestOptions extends Pick<ModuleMetadata, 'controllers' | 'imports' | 'providers'> {
  strategy?: Partial<Options>;
  /** Registers another second factor than the one above, by constructing it. */
  register?: (options: Options, users: readonly AppUser[]) => unknown;
  /** The store of sessions, or the middleware of another package. Without it there are no sessions. */
  sessions?: session.Store | RequestHandler[];
}

/** A Nest app on a free port until the test ends, with a password and our second factor. */
export async function startNest(options: NestOptions) {
  const { controllers = [], imports = [], providers = [] } = options;
  const users: AppUser[] = [
    { id: 1, name: 'alice', mobile: '+64211111111' },
    { id: 2, name: 'bob', mobile: '+64212222222' },
  ];
  const emulator = await startEmulator();
  const strategy: Options = {
    ...(await someMemory()),
    ...emulator.account,
    state: options.sessions ? 'session' : 'client',
    destination: (user) => user.mobile,
    ...options.strategy,
  };
  new PasswordStrategy(users);
  if (options.register) options.register(strategy, users);
  else new CodeStrategy(strategy, users);

  @Module({ controllers, imports, providers })
  class App {}

  const logged: unknown[] = [];
  const app = await NestFactory.create(App, { logger: loggerInto(logged) });
  const { sessions } = options;
  if (sessions) {
    passport.serializeUser((user, done) => done(null, Reflect.get(user, 'id')));
    passport.deserializeUser((id: number, done) =>
      done(null, users.find((user) => user.id === id) ?? false),
    );
    app.use(Array.isArray(sessions) ? sessions : expressSession(sessions));
    app.use(passport.session());
  }
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { users, emulator, logged, browser: () => browserAt(url) };
}

const expressSession = (store: session.Store) =>
  session({ secret: 'test', resave: false, saveUninitialized: false, store });

/** Keeps what is logged as an error; the rest is about mapped routes. */
function loggerInto(logged: unknown[]): LoggerService {
  const ignore = () => {};
  return { log: ignore, warn: ignore, error: (message) => logged.push(message) };
}

/** A client that keeps its cookies and the id of its newest challenge. */
function browserAt(url: string) {
  const agent = request.agent(url);
  let challenge: string | undefined;
  agent.use((sent: request.Test) => {
    sent.on('response', ({ body }: request.Response) => {
      challenge = body?.challenge?.id ?? challenge;
    });
  });
  const post = (path: string, body: object = {}) => agent.post(path).send({ challenge, ...body });
  return {
    post,
    get: (path: string) => agent.get(path),
    login: (username = 'alice', password = 'right') => post('/login', { username, password }),
    enter: (code: unknown) => post('/login/code', { code }),
    resend: () => post('/login/code', { resend: true }),
  };
}
