import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** Every document with samples: the README and the pages in docs. */
export function documents(): string[] {
  const pages = existsSync('docs')
    ? readdirSync('docs').filter((name) => name.endsWith('.md'))
    : [];
  return ['README.md', ...pages.map((name) => path.join('docs', name))];
}

/** The TypeScript samples of a document, in their order. */
export function samples(document: string): string[] {
  return [...readFileSync(document, 'utf8').matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** The same by file name: a sample that begins with `// passkeys.ts` can be imported by the others. */
export function sampleFiles(document: string): Files {
  return Object.fromEntries(
    samples(document).map((code, index) => {
      const [, name = `sample-${index + 1}.ts`] = /^\/\/ (\S+\.ts)\b/.exec(code) ?? [];
      return [name, code];
    }),
  );
}

/** What the samples take from the reader's own app. */
export const surroundings = {
  'app.ts': "export { default } from './pages.js';",
  'users.ts': `
    export interface AppUser extends Express.User {
      id: number;
      mobile: string | null;
      passwordChangedAt: Date;
    }
    export declare const users: {
      check(username: string, password: string): Promise<AppUser | undefined>;
      find(id: number): Promise<AppUser | undefined>;
      hasPassword(id: number, password: string): Promise<boolean>;
      newNumberOf(user: Express.User | undefined): string | undefined;
      changeNumber(id: number, from: string | null, to: string): Promise<boolean>;
      replaceNumber(user: Express.User | undefined, number: string | undefined): Promise<void>;
      keepNewNumber(id: number, number: string): Promise<void>;
      hasPassword(id: number, password: string): Promise<boolean>;
    };
    export declare function isSupport(user: Express.User | undefined): boolean;`,
  'refresh-tokens.ts': `
    interface RefreshToken { readonly userId: number; readonly secondFactorAt: Date | undefined }
    export declare const refreshTokens: {
      create(userId: number, secondFactorAt: Date | undefined): Promise<string>;
      take(token: string): Promise<RefreshToken | undefined>;
      revokeAll(userId: number): Promise<void>;
    };`,
  'audit.ts': `
    export declare const audit: { record(entry: object): Promise<void> };`,
  'drafts.ts': `
    export declare const drafts: {
      find(id: string, user?: Express.User): Promise<{ payee: string; amount: string }>;
      add(fields: unknown, user?: Express.User): Promise<string>;
    };
    export declare function pay(id: string, approved: { to: string; amount: string }): Promise<object>;`,
  'passkey-store.ts': `
    import type { WebAuthnCredential } from '@simplewebauthn/server';
    export declare const passkeys: {
      of(userId: number): Promise<WebAuthnCredential[]>;
      find(id: string): Promise<{ userId: number; credential: WebAuthnCredential } | undefined>;
      used(id: string, counter: number): Promise<void>;
    };`,
  'totp-store.ts': `
    export declare const totp: {
      secretOf(userId: number): Promise<string | undefined>;
      use(userId: number, step: number): Promise<boolean>;
      save(userId: number, secret: string, step: number): Promise<void>;
    };`,
  'mailed-links.ts': `
    export declare const mailedLinks: { take(token: string): Promise<number | undefined> };`,
  'prisma.ts': `
    interface RecoveryCode { userId: number; hash: string }
    /** The part of Prisma's generated client that the sample uses. */
    export declare const prisma: {
      recoveryCode: {
        findMany(query: { where: { userId: number } }): Promise<RecoveryCode[]>;
        deleteMany(query: { where: Partial<RecoveryCode> }): Promise<{ count: number }>;
        createMany(query: { data: readonly RecoveryCode[] }): Promise<{ count: number }>;
      };
      $transaction(
        steps: readonly Promise<unknown>[],
        options: { isolationLevel: 'Serializable' },
      ): Promise<unknown[]>;
    };`,
  'recovery-codes.ts': `
    export declare class RecoveryCodes {
      replace(userId: number, hashes: readonly string[]): Promise<void>;
    }`,
  // The app of Nest's Passport recipe.
  'users.module.ts': 'export declare class UsersModule {}',
  'constants.ts': 'export declare const jwtConstants: { secret: string };',
  'app.module.ts': 'export declare class AppModule {}',
  'local-auth.guard.ts': `
    import { AuthGuard } from '@nestjs/passport';
    export class LocalAuthGuard extends AuthGuard('local') {}`,
  'jwt-auth.guard.ts': `
    import { AuthGuard } from '@nestjs/passport';
    export class JwtAuthGuard extends AuthGuard('jwt') {}`,
};

export type Files = Readonly<Record<string, string>>;

/** A folder of an app's own that ends with the test. */
export function folderOf(files: Files): string {
  const folder = writeFolder('readme', files);
  onTestFinished(() => removeFolder(folder));
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export function writeFolder(name: string, files: Files): string {
  // Below node_modules, so that imports resolve and git and the linter look away.
  const folder = path.resolve('node_modules/.cache', `${name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noEmitOnError: true,
    skipLibCheck: true,
    // NestJS asks for both.
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
  };
  const tsconfig = { compilerOptions, files: Object.keys(files) };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** Compiles files as an app would: an ES module under the strictest settings. Gives what is wrong. */
export function compile(files: Files, folder = folderOf(files)): string {
  try {
    return execFileSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' });
  } catch (error) {
    return String(Reflect.get(Object(error), 'stdout'));
  }
}

/** The app of docs/express.md, which most other samples extend, its strategy, and its handler of faults. */
export function expressApp(): Files {
  const { 'app.ts': app = '', ...files } = sampleFiles('docs/express.md');
  const { 'second-factor.ts': strategy = '', 'faults.ts': faults = '' } = files;
  return { 'pages.ts': app, 'second-factor.ts': strategy, 'faults.ts': faults };
}

/** The one sample of a document that has this in it. */
export function sampleWith(document: string, text: string): string {
  const [sample, ...others] = samples(document).filter((code) => code.includes(text));
  if (sample === undefined || others.length > 0) {
    throw new Error(`${document} has ${others.length} other samples, or none, with ${text}`);
  }
  return sample;
}

/** The app before and after the change that the README shows as a diff. */
export function readmeDiff(): { readonly before: string; readonly after: string } {
  const [, diff = ''] = /^```diff\n([\s\S]*?)^```$/m.exec(readFileSync('README.md', 'utf8')) ?? [];
  const without = (sign: string) =>
    diff
      .split('\n')
      .filter((line) => !line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n');
  return { before: without('+'), after: without('-') };
}
