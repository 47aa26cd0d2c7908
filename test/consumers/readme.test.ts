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
    export interface AppUser extends Express.User {
      id: number;
      mobile: string;
      passwordChangedAt: Date;
    }
    export declare const users: {
      check(username: string, password: string): Promise<AppUser | undefined>;
      find(id: number): Promise<AppUser | undefined>;
      newNumberOf(user: Express.User | undefined): string | undefined;
      replaceNumber(user: Express.User | undefined): Promise<void>;
    };`,
  'drafts.ts': `
    import type { Binding } from 'passport-modica-2fa';
    export declare const drafts: {
      find(id: string, user?: Express.User): Promise<{ payee: string; amount: string }>;
    };
    export declare function pay(id: string, approved: Binding | undefined): Promise<object>;`,
  'second-factor.ts': `
    import type { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
    import type { AppUser } from './users.js';
    export declare const secondFactor: ModicaTwoFactorStrategy<AppUser>;`,
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

/** The sample that imports this, run beside some events. Gives what it printed. */
function printedBy(imported: string, listener: string): string {
  const sample = samples().find((code) => code.includes(`from '${imported}'`)) ?? '';
  const files = {
    'sample.ts': sample,
    'metrics.ts': `
      import { metrics } from '@opentelemetry/api';
      import {
        AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader,
      } from '@opentelemetry/sdk-metrics';
      const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
      const provider = new MeterProvider({ readers: [reader] });
      metrics.setGlobalMeterProvider(provider);
      export async function print() {
        await provider.forceFlush();
        const [scope] = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
        const seen = scope?.metrics.map(({ descriptor: { name }, dataPoints }) => ({
          name,
          points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
        }));
        console.log(JSON.stringify(seen));
        await provider.shutdown();
      }`,
    'main.ts': `
      ${listener}
      import { channel } from 'node:diagnostics_channel';
      import type { TwoFactorEvent } from 'passport-modica-2fa';
      const told: TwoFactorEvent[] = [
        { name: 'destination_unusable', reason: 'missing' },
        {
          name: 'provider_down', provider: 'modica', call: 'send',
          code: 'provider_unavailable', requestId: undefined, duration: 12,
        },
        {
          name: 'provider_answered', provider: 'modica', call: 'check',
          result: 'accepted', requestId: 'request-7', duration: 34,
        },
      ];
      for (const event of told) channel('passport-modica-2fa').publish(event);
      await print();`,
  };
  const folder = folderOf(files);
  expect(compile(files, folder)).toBe('');
  return execFileSync(process.execPath, [path.join(folder, 'main.js')], { encoding: 'utf8' });
}

describe('The recipes of the README for watching', () => {
  it('pino: a line for each event, and what is alarming as a warning', { timeout: 60_000 }, () => {
    const lines = printedBy('pino', `import './sample.js'; const print = async () => {};`)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { level: 30, msg: 'destination_unusable', event: { reason: 'missing' } },
      { level: 40, msg: 'provider_down', event: { code: 'provider_unavailable', duration: 12 } },
      { level: 30, msg: 'provider_answered', event: { requestId: 'request-7', duration: 34 } },
    ]);
  });

  it('OpenTelemetry: events are counted, calls are measured', { timeout: 60_000 }, () => {
    // The provider of meters comes first, as an app's instrumentation does.
    const printed = printedBy(
      '@opentelemetry/api',
      `import { print } from './metrics.js';
       import './sample.js';`,
    );
    const [counter, histogram] = JSON.parse(printed);
    expect(counter).toEqual({
      name: 'two_factor.events',
      points: [
        { attributes: { name: 'destination_unusable' }, value: 1 },
        { attributes: { name: 'provider_down', code: 'provider_unavailable' }, value: 1 },
        { attributes: { name: 'provider_answered' }, value: 1 },
      ],
    });
    expect(histogram).toMatchObject({
      name: 'two_factor.provider.duration',
      points: [
        { attributes: { call: 'send', answered: false }, value: { count: 1, sum: 12 } },
        { attributes: { call: 'check', answered: true }, value: { count: 1, sum: 34 } },
      ],
    });
  });
});

describe('The sample of the README with several providers', () => {
  it('starts as it is written', { timeout: 60_000 }, () => {
    const sample = samples().find((code) => code.includes('fallback: [')) ?? '';
    const files = {
      'sample.ts': sample,
      'users.ts': `
        export interface AppUser extends Express.User { id: number; mobile: string }
        export const users = { find: async (_id: number): Promise<AppUser | undefined> => undefined };`,
      'main.ts': `
        import { secondFactor } from './sample.js';
        console.log(secondFactor.name);`,
    };
    const folder = folderOf(files);
    expect(compile(files, folder)).toBe('');
    const env = {
      ...process.env,
      INFOBIP_API_KEY: 'key',
      INFOBIP_BASE_URL: 'https://xxxxx.api.infobip.com',
      INFOBIP_APPLICATION_ID: 'application',
      INFOBIP_MESSAGE_ID: 'template',
      NEXMO_API_KEY: 'key',
      NEXMO_API_SECRET: 'secret',
    };
    const main = path.join(folder, 'main.js');
    expect(execFileSync(process.execPath, [main], { encoding: 'utf8', env })).toBe('modica-2fa\n');
  });
});
