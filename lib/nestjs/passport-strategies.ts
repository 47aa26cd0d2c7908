// The strategies of the Passport that Nest's guards and mixin use.
import { PassportStrategy } from '@nestjs/passport';
import { ConfigurationError } from '../errors.js';
import { readKey } from '../strategy/passport-session.js';
import { TwoFactorStrategy } from '../strategy/two-factor-strategy.js';
import type { ModuleSettings } from './settings.js';

/** Returns what is registered under a name. Passport has no method for it. */
function registeredStrategy(name: string): unknown {
  return readKey(readKey(passportOfNest(), '_strategies'), name);
}

export function register<T extends TwoFactorStrategy>(strategy: T): T {
  callPassport('use', strategy);
  return strategy;
}

/** Unless another app of the process has registered a strategy under the same name since. */
export function unregister(strategy: TwoFactorStrategy): void {
  const { name } = strategy;
  if (registeredStrategy(name) === strategy) callPassport('unuse', name);
}

/** Made once, because every request behind a guard asks what is registered. */
const mixin: object = Reflect.get(PassportStrategy(TwoFactorStrategy), 'prototype');

/** From a method of Nest's mixin: an import of 'passport' can be another copy. */
function passportOfNest(): object {
  return Reflect.apply(Reflect.get(mixin, 'getPassportInstance'), mixin, []);
}

function callPassport(method: 'use' | 'unuse', argument: unknown): void {
  const passport = passportOfNest();
  Reflect.apply(Reflect.get(passport, method), passport, [argument]);
}

/**
 * Nest's mixin can register a strategy under another name than its own, which separates its challenges from
 * those of other strategies. And all apps of a process share one Passport, where the strategy of a later app
 * replaces one of the same name: with it, a user of that app would be logged in to this one.
 *
 * @throws {ConfigurationError} `option_invalid`
 */
export function checkRegistered(strategy: string, settings: ModuleSettings | undefined): void {
  const registered = registeredStrategy(strategy);
  if (!(registered instanceof TwoFactorStrategy)) return;
  if (settings?.strategy.name === strategy && settings.strategy !== registered) {
    throw replaced(strategy);
  }
  if (registered.name === strategy) return;
  throw new ConfigurationError('option_invalid', {
    problem: `The strategy "${registered.name}" is registered as "${strategy}".`,
    hint: `Set its option name: '${strategy}', and remove the second argument of PassportStrategy.`,
  });
}

function replaced(strategy: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `Another strategy "${strategy}" has replaced that of this app's module since.`,
    hint: 'Give each module, of this app and of other apps in the process, its own "name", and close an app before the next one with the same name starts.',
  });
}
