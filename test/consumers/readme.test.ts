import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

/** The TypeScript samples of the README, in their order. */
function samples(): string[] {
  const readme = readFileSync('README.md', 'utf8');
  return [...readme.matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** What the samples take from the reader's own app. */
const surroundings = {
  'users.ts': `
    export interface AppUser extends Express.User { id: number; mobile: string }
    export declare const users: {
      check(username: string, password: string): Promise<AppUser | undefined>;
      find(id: number): Promise<AppUser | undefined>;
    };
    export declare const modica: {
      username: string | undefined;
      password: string | undefined;
      destination(user: AppUser): string;
    };`,
};

/** Compiles files as an app would: an ES module under the strictest settings. */
function compile(files: Readonly<Record<string, string>>): string {
  // Below node_modules, so that imports resolve and git and the linter look away.
  const folder = path.resolve('node_modules/.cache', `readme-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noEmit: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
  };
  const tsconfig = { compilerOptions, files: Object.keys(files) };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  try {
    return execFileSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' });
  } catch (error) {
    return String(Reflect.get(Object(error), 'stdout'));
  }
}

describe('The samples of the README', () => {
  it('compile as they are written', { timeout: 60_000 }, () => {
    const named = samples().map((code, index) => [`sample-${index + 1}.ts`, code] as const);
    expect(named.length).toBeGreaterThan(3);
    expect(compile({ ...surroundings, ...Object.fromEntries(named) })).toBe('');
  });

  it.each([
    ['a misspelt option', "{ ...good, alowedPrefixes: ['+64'] }", 'async () => undefined'],
    ['a missing credential', '{ destination: good.destination }', 'async () => undefined'],
    ['a verify that gives something else', 'good', 'async () => 7'],
    [
      'a user without the number',
      '{ ...good, destination: (user) => user.phone }',
      'async () => undefined',
    ],
  ])('%s does not compile', { timeout: 60_000 }, (_what, options, verify) => {
    const code = (given: string, callback: string) => `
      import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
      interface AppUser extends Express.User { id: number; mobile: string }
      const good = { username: 'a', password: 'b', destination: (user: AppUser) => user.mobile };
      export default new ModicaTwoFactorStrategy<AppUser>(${given}, ${callback});`;
    expect(compile({ 'good.ts': code('good', 'async () => undefined') })).toBe('');
    expect(compile({ 'bad.ts': code(options, verify) })).toContain('error TS');
  });

  it('a misspelt purpose of a route does not compile', { timeout: 60_000 }, () => {
    const code = (purpose: string) => `
      import 'passport-modica-2fa';
      import passport from 'passport';
      export default passport.authenticate('modica-2fa', { purpose: '${purpose}' });`;
    expect(compile({ 'good.ts': code('step-up') })).toBe('');
    expect(compile({ 'bad.ts': code('stepup') })).toContain('error TS');
  });
});
