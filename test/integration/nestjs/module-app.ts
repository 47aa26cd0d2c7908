import 'reflect-metadata';
import {
  type INestApplication,
  type LoggerService,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy as LocalStrategy } from 'passport-local';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import {
  ModicaTwoFactorModule,
  type ModicaTwoFactorModuleOptions,
} from '../../../lib/nestjs/index.js';
import { startEmulator } from '../../fixtures/emulator.js';

export interface AppUser extends Express.User {
  readonly id: number;
  readonly name: string;
  mobile: string | null;
}

/** The app's service of its users. */
export class UsersService {
  readonly all: AppUser[] = [
    { id: 1, name: 'alice', mobile: '+64211111111' },
    { id: 2, name: 'bob', mobile: '+64212222222' },
  ];

  async findOne(id: unknown): Promise<AppUser | undefined> {
    return this.all.find((user) => user.id === id);
  }
}

@Module({ providers: [UsersService], exports: [UsersService] })
export class UsersModule {}

export class PasswordStrategy extends PassportStrategy(LocalStrategy) {
  constructor(private readonly users: UsersService) {
    super();
  }

  validate(name: string, password: string) {
    return password === 'right' && this.users.all.find((user) => user.name === name);
  }
}

/** Creates the app for a module, on Express unless a test needs another adapter or middleware. */
export type CreateApp = (
  module: Type,
  options: NestApplicationOptions,
) => Promise<INestApplication>;

const onExpress: CreateApp = (module, options) => NestFactory.create(module, options);

/** Starts a Nest app on a free port, which closes when the test ends. */
export async function listenTo(metadata: ModuleMetadata, create = onExpress) {
  @Module(metadata)
  class App {}

  const logged: unknown[] = [];
  const logger: LoggerService = {
    log: () => {},
    warn: () => {},
    error: (message) => logged.push(message),
  };
  const app = await create(App, { logger, abortOnError: false });
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  return { app, logged, agent: request.agent(await app.getUrl()) };
}

/** An app with a password and the module, configured by a factory with the app's service of users. */
export async function startWithModule(
  metadata: ModuleMetadata,
  options: Partial<ModicaTwoFactorModuleOptions> = {},
  create?: CreateApp,
) {
  const emulator = await startEmulator();
  const { app, agent, logged } = await listenTo(
    {
      ...metadata,
      imports: [
        UsersModule,
        ModicaTwoFactorModule.forRootAsync({
          imports: [UsersModule],
          inject: [UsersService],
          useFactory: (users: UsersService) => ({
            ...emulator.account,
            state: 'client' as const,
            destination: (user: AppUser) => user.mobile,
            verify: ({ userId }) => users.findOne(userId),
            ...options,
          }),
        }),
        ...(metadata.imports ?? []),
      ],
      providers: [
        {
          provide: PasswordStrategy,
          inject: [UsersService],
          useFactory: (users: UsersService) => new PasswordStrategy(users),
        },
        ...(metadata.providers ?? []),
      ],
    },
    create,
  );
  const users = app.get(UsersService);
  const post = (path: string, body: object = {}) => agent.post(path).send(body);
  return {
    app,
    agent,
    logged,
    users,
    emulator,
    post,
    /** Passes the password; returns the id of the challenge. */
    login: async (): Promise<string> => {
      const { body } = await post('/login', { username: 'alice', password: 'right' }).expect(401);
      return body.challenge.id;
    },
  };
}
