import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createModicaEmulator } from '../../lib/emulator/index.js';
import {
  compile,
  expressApp,
  readmeDiff,
  removeFolder,
  sampleWith,
  writeFolder,
} from './samples.js';

/** Samples of the documentation as they are written, beside an app with users who know one password. */
const files = {
  ...expressApp(),
  'json.ts': sampleWith('docs/apis.md', 'answerErrors'),
  'account.ts': sampleWith('docs/step-up.md', "'/account/phone',"),
  'payments.ts': sampleWith('docs/transactions.md', "'/payments/:id',"),
  'fastify.ts': sampleWith('docs/frameworks.md', "from '@fastify/passport'"),
  'koa.ts': sampleWith('docs/frameworks.md', "from 'koa-passport'"),
  'cookie-session.ts': sampleWith('docs/frameworks.md', "from 'cookie-session'"),
  'diff.ts': `
    import express from 'express';
    import session from 'express-session';
    import passport from 'passport';
    import { Strategy as LocalStrategy } from 'passport-local';
    import { users } from './users.js';
    declare global { namespace Express { interface User { id: number; mobile: string } } }
    passport.use(new LocalStrategy((username, password, done) => {
      users.check(username, password).then((user) => done(null, user ?? false), done);
    }));
    passport.serializeUser((user, done) => done(null, user.id));
    passport.deserializeUser((id: number, done) => {
      users.find(id).then((user) => done(null, user ?? false), done);
    });
    const app = express();
    app.use(express.urlencoded({ extended: false }));
    app.use(session({ secret: 'of the test', resave: false, saveUninitialized: false }));
    app.use(passport.session());
    ${readmeDiff().after}
    app.get('/', (req, res) => { res.json({ user: req.user ?? null }); });
    const server = app.listen(0, '127.0.0.1', () => console.log(Object(server.address()).port));`,
  'users.ts': `
    export interface AppUser extends Express.User { id: number; mobile: string; passwordChangedAt: Date }
    const alice = { id: 1, mobile: '+64211234567', passwordChangedAt: new Date(0) };
    export const users = {
      async check(name: string, password: string): Promise<AppUser | undefined> {
        return name === 'alice' && password === 'right' ? alice : undefined;
      },
      async find(id: number): Promise<AppUser | undefined> {
        return id === 1 ? alice : undefined;
      },
    };`,
  'drafts.ts': `
    import type { Transaction } from 'passport-modica-2fa';
    export const drafts = {
      find: async (_id: string, _user?: Express.User) => ({ payee: 'Bakery', amount: '12.50' }),
    };
    export const pay = async (id: string, approved: Transaction | undefined) => ({ id, approved });`,
  'app.ts': `
    import type { Server } from 'node:http';
    import app from './pages.js';
    import api from './json.js';
    import { account } from './account.js';
    import { payments } from './payments.js';
    app.use('/api', api);
    app.use(account, payments);
    app.get('/', (req, res) => { res.json({ user: req.user ?? null }); });
    app.get('/login', (req, res) => { res.send(req.session.messages?.join(' ')); });
    app.post('/logout', (req, res, next) => {
      req.logout((error) => { error ? next(error) : res.json({}); });
    });
    export const port = (server: Server): number => Object(server.address()).port;
    export default app;`,
  'main.ts': `
    import app, { port } from './app.js';
    const server = app.listen(0, '127.0.0.1', () => console.log(port(server)));`,
  'main-fastify.ts': `
    import app from './fastify.js';
    console.log(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);`,
  'main-koa.ts': `
    import passport from 'koa-passport';
    import { Strategy as LocalStrategy } from 'passport-local';
    import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
    import app from './koa.js';
    import { type AppUser, users } from './users.js';
    passport.use(new LocalStrategy((username, password, done) => {
      users.check(username, password).then((user) => done(null, user ?? false), done);
    }));
    passport.use(new ModicaTwoFactorStrategy<AppUser>(
      {
        username: process.env['MODICA_USERNAME'],
        password: process.env['MODICA_PASSWORD'],
        baseUrl: process.env['MODICA_BASE_URL'],
        destination: (user) => user.mobile,
      },
      async ({ userId }) => users.find(userId),
    ));
    passport.serializeUser((user, done) => done(null, Object(user).id));
    passport.deserializeUser((id: number, done) => {
      users.find(id).then((user) => done(null, user ?? false), done);
    });
    const server = app.listen(0, '127.0.0.1', () => console.log(Object(server.address()).port));`,
  'slow-sessions.ts': readFileSync('test/fixtures/slow-sessions.ts', 'utf8'),
  'main-late.ts': `
    import { once } from 'node:events';
    import { createModicaEmulator } from 'passport-modica-2fa/emulator';
    import { Browser, writeSessionsLate } from './slow-sessions.js';
    const emulator = createModicaEmulator();
    await emulator.start();
    process.env['MODICA_BASE_URL'] = emulator.url;
    const { default: app, port } = await import('./app.js');
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const browser = new Browser('http://127.0.0.1:' + port(server));
    writeSessionsLate(browser);
    const code = () => emulator.messages.at(-1)?.code ?? '';
    const enter = (path: string) => browser.post(path, { code: code() });
    const pages = [
      await browser.post('/login', { username: 'alice', password: 'right' }),
      await browser.post('/login/code', { code: code() === '000000' ? '111111' : '000000' }),
      await enter('/login/code'),
    ];
    // For a moment the code of the login is no longer fresh.
    const { now } = Date;
    Date.now = () => now() + 301_000;
    pages.push(await browser.open('/account/phone'));
    Date.now = now;
    pages.push(await browser.post('/confirm'), await enter('/confirm'));
    console.log(JSON.stringify({ pages, messages: emulator.messages.length }));
    process.exit();`,
};

type Main = Extract<keyof typeof files, `${string}.ts`>;

/** The samples in a folder of their own; gives what runs one of the files. */
export function install() {
  const folder = writeFolder('readme-app', files);
  expect(compile(files, folder)).toBe('');
  const settings = {
    ...process.env,
    MODICA_USERNAME: 'emulator',
    MODICA_PASSWORD: 'emulator',
    SESSION_SECRET: 'a secret of the test',
    SESSION_KEY: 'ab'.repeat(32),
  };
  const programOf = (main: Main) => path.join(folder, main.replace('.ts', '.js'));
  return {
    remove: () => removeFolder(folder),
    /** What it prints. */
    run: (main: Main, environment: NodeJS.ProcessEnv = {}): string => {
      const env = { ...settings, ...environment };
      return execFileSync(process.execPath, [programOf(main)], {
        encoding: 'utf8',
        env,
        stdio: 'pipe',
      });
    },
    /** It listens until the test ends. */
    start: async (main: Main) => {
      const emulator = createModicaEmulator();
      onTestFinished(() => emulator.stop());
      await emulator.start();
      const app = spawn(process.execPath, [programOf(main)], {
        env: { ...settings, MODICA_BASE_URL: emulator.url },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void app.kill());
      const [port] = await once(app.stdout, 'data');
      return { emulator, url: `http://127.0.0.1:${String(port).trim()}` };
    },
  };
}
