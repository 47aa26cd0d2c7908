import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createModicaEmulator } from '../../lib/emulator/index.js';

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
    };`,
};

type Files = Readonly<Record<string, string>>;

/** A folder of an app's own that ends with the test. */
function folderOf(files: Files): string {
  // Below node_modules, so that imports resolve and git and the linter look away.
  const folder = path.resolve('node_modules/.cache', `readme-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
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
function compile(files: Files, folder = folderOf(files)): string {
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

/** The quick starts in one app, each as it is written, with users who know one password. */
async function runQuickStarts(baseUrl: string): Promise<string> {
  const [pages = '', json = ''] = samples();
  const files = {
    'pages.ts': pages,
    'json.ts': json,
    'users.ts': `
      export interface AppUser extends Express.User { id: number; mobile: string }
      const alice = { id: 1, mobile: '+64211234567' };
      export const users = {
        async check(name: string, password: string): Promise<AppUser | undefined> {
          return name === 'alice' && password === 'right' ? alice : undefined;
        },
        async find(id: number): Promise<AppUser | undefined> {
          return id === 1 ? alice : undefined;
        },
      };`,
    'main.ts': `
      import app from './pages.js';
      import api from './json.js';
      app.use('/api', api);
      app.get('/', (req, res) => { res.json({ user: req.user ?? null }); });
      const server = app.listen(0, '127.0.0.1', () => console.log(Object(server.address()).port));`,
  };
  const folder = folderOf(files);
  expect(compile(files, folder)).toBe('');
  const app = spawn(process.execPath, [path.join(folder, 'main.js')], {
    env: {
      ...process.env,
      MODICA_USERNAME: 'emulator',
      MODICA_PASSWORD: 'emulator',
      MODICA_BASE_URL: baseUrl,
      SESSION_SECRET: 'a secret of the test',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void app.kill());
  const [port] = await once(app.stdout, 'data');
  return `http://127.0.0.1:${String(port).trim()}`;
}

describe('The quick starts of the README', () => {
  it('run as they are written: pages', { timeout: 60_000 }, async () => {
    const emulator = createModicaEmulator();
    onTestFinished(() => emulator.stop());
    await emulator.start();
    const browser = request.agent(await runQuickStarts(emulator.url));
    const asked = await browser
      .post('/login')
      .type('form')
      .send({ username: 'alice', password: 'right' });
    expect(asked.headers['location']).toBe('/login/code');
    expect((await browser.get('/')).body.user).toBeNull();
    expect((await browser.get('/login/code')).text).toContain('We sent a code to •••••67');
    const code = emulator.messages.at(-1)?.code;
    const answered = await browser.post('/login/code').type('form').send({ code });
    expect(answered.headers['location']).toBe('/');
    expect((await browser.get('/')).body.user.id).toBe(1);
    await browser.post('/login').type('form').send({ username: 'alice', password: 'right' });
    expect((await browser.get('/')).body.user).toBeNull();
  });

  it('run as they are written: JSON', { timeout: 60_000 }, async () => {
    const emulator = createModicaEmulator();
    onTestFinished(() => emulator.stop());
    await emulator.start();
    const browser = request.agent(await runQuickStarts(emulator.url));
    const asked = await browser.post('/api/login').send({ username: 'alice', password: 'right' });
    expect([asked.status, asked.body.code]).toEqual([401, 'challenge_sent']);
    const code = emulator.messages.at(-1)?.code;
    const answered = await browser.post('/api/login/code').send({ code });
    expect(answered.body).toEqual({ id: 1 });
  });
});
