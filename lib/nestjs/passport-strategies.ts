// The strategies of the Passport that Nest's guards and mixin use.
import { PassportStrategy } from '@nestjs/passport';
import { readKey } from '../strategy/passport-session.js';
import { TwoFactorStrategy } from '../strategy/two-factor-strategy.js';

/** Returns what is registered under a name. Passport has no method for it. */
export function registeredStrategy(name: string): unknown {
  return readKey(readKey(passportOfNest(), '_strategies'), name);
}

/** Unless another app of the process has registered a strategy under the same name since. */
export function unregister(strategy: TwoFactorStrategy): void {
  const { name } = strategy;
  if (registeredStrategy(name) !== strategy) return;
  const passport = passportOfNest();
  Reflect.apply(Reflect.get(passport, 'unuse'), passport, [name]);
}

/** Made once, because every request behind a guard asks what is registered. */
const mixin: object = Reflect.get(PassportStrategy(TwoFactorStrategy), 'prototype');

/** From a method of Nest's mixin: an import of 'passport' can be another copy. */
function passportOfNest(): object {
  return Reflect.apply(Reflect.get(mixin, 'getPassportInstance'), mixin, []);
}
