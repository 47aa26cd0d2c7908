import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compile,
  documents,
  expressApp,
  folderOf,
  sampleFiles,
  samples,
  sampleWith,
  surroundings,
} from './samples.js';

describe('The packages that docs/express.md installs', () => {
  it('are all that an app needs under pnpm, where a package finds only what it names', () => {
    const page = readFileSync('docs/express.md', 'utf8');
    const [, commands = ''] = /## Install\n\n```sh\n(.*?)```/s.exec(page) ?? [];
    const named = commands.match(/(?<=install .*)\S+/g)?.filter((word) => word !== '-D');
    const file = readFileSync('test/consumers/typescript-pnpm/package.json', 'utf8');
    const { dependencies, devDependencies } = JSON.parse(file);
    const installed = Object.keys({
      ...dependencies,
      ...devDependencies,
      'passport-modica-2fa': '',
    });
    expect(named?.sort()).toEqual(installed.filter((name) => name !== 'typescript').sort());
  });
});

describe('The samples of the README and of docs', () => {
  it.each(documents())('compile as they are written, and none replaces another: %s', (document) => {
    const files = sampleFiles(document);
    expect(Object.keys(files)).toHaveLength(samples(document).length);
    expect(compile({ ...surroundings, ...expressApp(), ...files })).toBe('');
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
  ])('%s does not compile', (_what, options, verify) => {
    const code = (given: string, callback: string) => `
      import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
      interface AppUser extends Express.User { id: number; mobile: string }
      const good = { username: 'a', password: 'b', destination: (user: AppUser) => user.mobile };
      export default new ModicaTwoFactorStrategy<AppUser>(${given}, ${callback});`;
    expect(compile({ 'good.ts': code('good', 'async () => undefined') })).toBe('');
    expect(compile({ 'bad.ts': code(options, verify) })).toContain('error TS');
  });

  it('a misspelt purpose of a route does not compile', () => {
    const code = (purpose: string) => `
      import 'passport-modica-2fa';
      import passport from 'passport';
      export default passport.authenticate('modica-2fa', { purpose: '${purpose}' });`;
    expect(compile({ 'good.ts': code('step-up') })).toBe('');
    expect(compile({ 'bad.ts': code('stepup') })).toContain('error TS');
  });
});

/** The sample that imports this, run beside some events. Gives what it printed. */
function printedBy(imported: string, listener: string): string {
  const sample = sampleWith('docs/events.md', `from '${imported}'`);
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
        {
          name: 'destination_unusable', strategy: 'modica-2fa', realm: 'users',
          purpose: 'login', userId: 7, reason: 'missing',
        },
        {
          name: 'provider_failed', provider: 'modica', call: 'send',
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

describe('The samples of docs/events.md', () => {
  it('log each event with pino, alarming ones as warnings', () => {
    const lines = printedBy('pino', `import './sample.js'; const print = async () => {};`)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { level: 30, msg: 'destination_unusable', event: { reason: 'missing' } },
      { level: 40, msg: 'provider_failed', event: { code: 'provider_unavailable', duration: 12 } },
      { level: 30, msg: 'provider_answered', event: { requestId: 'request-7', duration: 34 } },
    ]);
  });

  it('count events and measure calls with OpenTelemetry', () => {
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
        { attributes: { name: 'provider_failed', code: 'provider_unavailable' }, value: 1 },
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

describe('The samples with other providers', () => {
  it.each([
    ['docs/infobip.md', 'new InfobipProvider('],
    ['docs/nexmo.md', 'new NexmoProvider('],
    ['docs/fallback.md', 'fallback: ['],
  ])('start as they are written: %s', (document, text) => {
    const sample = sampleWith(document, text);
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
      MODICA_USERNAME: 'application',
      MODICA_PASSWORD: 'secret',
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
