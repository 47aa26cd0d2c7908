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
  const names = twoFactorModules.map(nameOf);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw nameRepeated(repeated);
  for (const module of all) {
    const reached = reachOf(module);
    const inReach = twoFactorModules.filter((each) => reached.has(each));
    if (inReach.length < 2) continue;
    const imported = inReach.filter((each) => module.imports.has(each));
    // The root of an app may import what others re-export without a guard or service that uses it.
    if (imported.length > 1 || injectsFrom(module, inReach)) throw severalInReach(module, inReach);
  }
}

type AppModule = NonNullable<ReturnType<ModulesContainer['get']>>;

function nameOf(twoFactorModule: AppModule): string {
  return twoFactorModule.getProviderByKey<ModuleSettings>(moduleSettings).instance.strategy.name;
}

/** The modules in which Nest looks for what is injected: those that a module imports, and those that they re-export. */
function reachOf({ imports }: AppModule): ReadonlySet<AppModule> {
  // A set is iterated over with what is added meanwhile, and each module once, even in a circle.
  const reached = new Set(imports);
  for (const { imports: further, exports } of reached) {
    for (const module of further) {
      if (exports.has(module.metatype)) reached.add(module);
    }
  }
  return reached;
}

/** Whether a guard, service or controller of a module has been injected something of one of these. */
function injectsFrom(
  { providers, controllers, injectables }: AppModule,
  twoFactorModules: readonly AppModule[],
): boolean {
  return [providers, controllers, injectables]
    .flatMap((wrappers) => [...wrappers.values()])
    .flatMap((wrapper) => [
      ...(wrapper.getCtorMetadata() ?? []),
      ...(wrapper.getPropertiesMetadata() ?? []).map((property) => property.wrapper),
    ])
    .some(({ host }) => host !== undefined && twoFactorModules.includes(host));
}

function nameRepeated(name: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `Two modules of this app have a strategy named "${name}".`,
    hint: 'Call forRoot once and import its result once, because the module is global. Modules for different users need a "name" of their own.',
  });
}

function severalInReach(
  { name }: AppModule,
  twoFactorModules: readonly AppModule[],
): ConfigurationError {
  const names = twoFactorModules.map(nameOf).join(', ');
  return new ConfigurationError('option_invalid', {
    problem: `${name} imports several modules with a second factor, directly or by a re-export, so that its guards and services would use any one of them: ${names}.`,
    hint: 'Set isGlobal: false for each, and import each in another module, together with the controllers and services that use it.',
  });
}
