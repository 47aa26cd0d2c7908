// Checks an app that imports several modules of this package.
import type { ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../errors.js';
import { type ModuleSettings, moduleSettings } from './settings.js';

/**
 * Passport has one strategy of each name, and Nest injects the first module that it finds, in Nest 11 even a global
 * one before the one that is imported. So guards and services would use another module than theirs.
 *
 * @throws {ConfigurationError} `option_invalid`, at the start of the app.
 */
export function checkModules(modules: ModulesContainer): void {
  const all = [...modules.values()];
  const twoFactorModules = all.filter((module) => module.hasProvider(moduleSettings));
  const names = twoFactorModules.map((module) => {
    const { instance } = module.getProviderByKey<ModuleSettings>(moduleSettings);
    return instance.strategy.name;
  });
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw nameRepeated(repeated);
  const ambiguous = all.find(
    ({ imports }) => twoFactorModules.filter((module) => imports.has(module)).length > 1,
  );
  if (ambiguous) throw severalInReach(ambiguous.name, names);
}

function nameRepeated(name: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `Two modules of this app have a strategy named "${name}".`,
    hint: 'Call forRoot once and import its result once, because the module is global. Modules for different users need a "name" of their own.',
  });
}

function severalInReach(importing: string, names: readonly string[]): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `${importing} imports several modules with a second factor, so that its guards and services would use any one of them: ${names.join(', ')}.`,
    hint: 'Set isGlobal: false for each, and import each in another module, together with the controllers and services that use it.',
  });
}
