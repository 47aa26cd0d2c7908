// ModicaTwoFactorModule and TwoFactorModule: the strategy by dependency injection, its options set once.
import {
  ConfigurableModuleBuilder,
  Module,
  type OnModuleDestroy,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import type { Verification } from '../flow/flow-context.js';
import { Translations } from '../message/translations.js';
import { callable, parseOptions } from '../options/parse.js';
import type { RequireSecondFactorOptions } from '../step-up/options.js';
import { inMemory } from '../storage/in-memory.js';
import {
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
} from '../strategy/modica-strategy.js';
import type { TwoFactorOptions } from '../strategy/options.js';
import {
  TwoFactorStrategy,
  type TwoFactorStrategyOptions,
} from '../strategy/two-factor-strategy.js';
import type { VerifyResult } from '../strategy/verify-callback.js';
import { stepUpGuardSchema } from './options.js';
import { register, unregister } from './passport-strategies.js';
import { type ModuleSettings, moduleSettings } from './settings.js';
import { checkModules } from './several-modules.js';

/** Options of a module that are not the strategy's. */
interface ModuleCallbacks<TUser extends Express.User> {
  /**
   * Returns the user of a verified challenge, or a promise of it. Return no user for an account that may not
   * log in.
   * @example ({ userId }) => users.findOne(userId)
   */
  verify(verification: Verification): VerifyResult<TUser> | Awaited<VerifyResult<TUser>>;
  /**
   * Returns the time of the second factor from a token, for an app without sessions. It is the default of the option
   * of the step-up guards.
   * @default none: the time is read from the session
   */
  verifiedAt?: RequireSecondFactorOptions<TUser>['verifiedAt'];
  /** Set by the module: `verify` takes no request. */
  passReqToCallback?: never;
}

/**
 * Options of {@link ModicaTwoFactorModule}: those of `ModicaTwoFactorStrategy`, and `verify`. Without `store` and
 * `limiter`, each module has its own storage in memory, so each app of a test starts without challenges and counts.
 */
export type ModicaTwoFactorModuleOptions<TUser extends Express.User = Express.User> =
  ModuleCallbacks<TUser> & Omit<ModicaTwoFactorOptions<TUser>, 'passReqToCallback'>;

/** Options of {@link TwoFactorModule}: those of `TwoFactorStrategy`, with its `provider`, and `verify`. */
export type TwoFactorModuleOptions<TUser extends Express.User = Express.User> =
  ModuleCallbacks<TUser> & Omit<TwoFactorStrategyOptions<TUser>, 'passReqToCallback'>;

const modica = moduleBuilder<ModicaTwoFactorModuleOptions>('ModicaTwoFactor');

/**
 * The Modica second factor as a module. Inject the strategy by its class, `ModicaTwoFactorStrategy`. The guards
 * and decorators of this package take `name`, `realm`, `userId`, `locale`, `messages` and
 * `verifiedAt` from the module.
 *
 * It is global: call `forRoot` once. An app with several strategies sets a `name` and `isGlobal: false` for each
 * module, and imports each in another module, whose guards and services then use it. When the app closes, the
 * strategy is unregistered from Passport.
 *
 * @example
 * ModicaTwoFactorModule.forRootAsync({
 *   imports: [UsersModule],
 *   inject: [ConfigService, UsersService],
 *   useFactory: (config: ConfigService, users: UsersService) => ({
 *     username: config.getOrThrow('MODICA_USERNAME'),
 *     password: config.getOrThrow('MODICA_PASSWORD'),
 *     destination: (user: AppUser) => user.mobile,
 *     verify: ({ userId }) => users.findOne(userId),
 *   }),
 * })
 *
 * @throws {ConfigurationError} `option_invalid` at the start of the app, for a missing or wrong option, and for two
 * modules of which a guard could use either.
 */
export class ModicaTwoFactorModule extends modica.Base {}

const modicaProviders: Provider[] = [
  {
    provide: ModicaTwoFactorStrategy,
    inject: [modica.optionsToken],
    useFactory: (options: ModicaTwoFactorModuleOptions) =>
      register(new ModicaTwoFactorStrategy(...argumentsFor(options))),
  },
  { provide: TwoFactorStrategy, useExisting: ModicaTwoFactorStrategy },
  settingsProvider(modica.optionsToken),
];

// Called as functions: this package is compiled without decorators.
Module({
  providers: modicaProviders,
  exports: [ModicaTwoFactorStrategy, TwoFactorStrategy, moduleSettings],
})(ModicaTwoFactorModule);

const anyProvider = moduleBuilder<TwoFactorModuleOptions>('TwoFactor');

/**
 * {@link ModicaTwoFactorModule} for another provider, such as `InfobipProvider`. Inject the strategy by its class,
 * `TwoFactorStrategy`.
 *
 * @example
 * TwoFactorModule.forRoot({
 *   provider: new InfobipProvider({ … }),
 *   destination: (user: AppUser) => user.mobile,
 *   verify: ({ userId }) => users.findOne(userId),
 * })
 *
 * @throws {ConfigurationError} `option_invalid` at the start of the app, for a missing or wrong option.
 */
export class TwoFactorModule extends anyProvider.Base {}

Module({
  providers: [
    {
      provide: TwoFactorStrategy,
      inject: [anyProvider.optionsToken],
      useFactory: (options: TwoFactorModuleOptions) =>
        register(new TwoFactorStrategy(...argumentsFor(options))),
    },
    settingsProvider(anyProvider.optionsToken),
  ],
  exports: [TwoFactorStrategy, moduleSettings],
})(TwoFactorModule);

/** A base class with `forRoot` and `forRootAsync`, global by default. */
function moduleBuilder<TOptions>(moduleName: string) {
  const built = new ConfigurableModuleBuilder<TOptions>({ moduleName })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createTwoFactorOptions')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();
  return { Base: built.ConfigurableModuleClass, optionsToken: built.MODULE_OPTIONS_TOKEN };
}

const verifySchema = z.looseObject(
  {
    verify: callable('a function that loads the user: ({ userId }) => users.findOne(userId)'),
    verifiedAt: stepUpGuardSchema.shape.verifiedAt,
  },
  { error: 'must be an object: return one from "useFactory"' },
);

type SharedOptions = Pick<
  TwoFactorOptions<Express.User>,
  'realm' | 'userId' | 'locale' | 'messages' | 'store' | 'limiter'
> &
  ModuleCallbacks<Express.User>;

/** What the constructor of the strategy takes, which checks all other options. */
function argumentsFor<T extends SharedOptions>(given: T) {
  parseOptions(verifySchema, given);
  const { verify, verifiedAt: _ofGuards, ...options } = given;
  const { store, limiter } = given;
  // Each app of a test starts afresh, where strategies of one process would share their memory.
  const memory = store === undefined && limiter === undefined ? inMemory() : {};
  const loadUser = async (verification: Verification) => verify(verification);
  return [{ ...options, ...memory, passReqToCallback: false as const }, loadUser] as const;
}

function settingsProvider(optionsToken: string | symbol): Provider {
  return {
    provide: moduleSettings,
    inject: [optionsToken, TwoFactorStrategy, ModulesContainer],
    useFactory: (
      { realm, userId, locale, messages, verifiedAt }: SharedOptions,
      strategy: TwoFactorStrategy,
      modules: ModulesContainer,
    ): ModuleSettings & OnModuleInit & OnModuleDestroy => ({
      strategy,
      realm,
      userId,
      locale,
      verifiedAt,
      translations: new Translations(messages),
      onModuleInit: () => checkModules(modules),
      onModuleDestroy: () => unregister(strategy),
    }),
  };
}
