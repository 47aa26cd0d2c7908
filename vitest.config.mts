import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { hasPostgres } from './test/fixtures/postgres-server.mjs';
import { hasRedis } from './test/fixtures/redis-server.mjs';
import { filesLeftOut } from './test/left-out/what.mjs';

/**
 * Their files share no process: one of them replaces a module of Node's, and in others a fake clock runs
 * as fast as it can, with all that other tests have left to timers.
 */
const alone = ['test/properties/**/*.test.ts', 'test/unit/testing/**/*.test.ts'];

/** What is run by other configurations, or by itself. */
const notHere = ['test/soak/**', 'test/bench/**', ...alone];

/** Milliseconds. A slow machine must not fail a test: this ends what hangs. */
const untilItHangs = 300_000;

/**
 * Texts, marks, events, other providers and another framework's guards: no memory has a part in them of
 * its own, nor a wrong code of Modica's.
 */
const withoutMemory = [
  'test/integration/nestjs/**',
  'test/integration/{messages,events,modica-abroad,failover,delivery-receipts}.test.ts',
  'test/security/{messages,step-up}.test.ts',
];

/** What holds in memory holds on a real database: the same tests, each with a part of it of its own. */
const onStorage = (
  kind: string,
  globalSetup: string,
  include: string[],
  exclude: string[] = [],
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name: `on ${kind}`,
    include,
    exclude: [...filesLeftOut, ...withoutMemory, ...exclude],
    env: { WRONG_CODE: 'error' },
    globalSetup,
  },
});

const wholeRequests = ['test/{integration,security,faults}/**/*.test.ts'];

const onRedis = onStorage(
  'Redis',
  'test/fixtures/redis-for-all.ts',
  [...wholeRequests, 'test/e2e/half-a-login.test.ts'],
  // A client of Redis writes by a timer, and stops with those that are faked.
  ['test/integration/fake-timers.test.ts'],
);

const onSqlite = onStorage('SQLite', 'test/fixtures/sqlite-for-all.ts', wholeRequests);

const onPostgres = onStorage('PostgreSQL', 'test/fixtures/postgres-for-all.ts', [
  'test/{security,faults}/**/*.test.ts',
]);

export default defineConfig({
  test: {
    // What is missing fails, as in CI, and is not written; --update writes it.
    update: 'none',
    // The default leaves one core idle, which is half of a small machine; and many tests wait, for a
    // browser, a process or a deadline.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Files share what they have loaded: loading Express and zod anew for each takes longer than most
    // of the tests. Each test has an app, an emulator and a memory of its own all the same.
    isolate: false,
    alias: { '@node-rs/argon2': path.resolve('test/fixtures/argon2.ts') },
    testTimeout: untilItHangs,
    hookTimeout: untilItHangs,
    teardownTimeout: untilItHangs,
    expect: { poll: { timeout: untilItHangs / 2 } },
    coverage: {
      provider: 'custom',
      customProviderModule: './test/coverage.mjs',
      include: ['lib/**/*.ts'],
      // Node has no DOM. test/e2e/browser-module-coverage.test.ts demands all of it in Chromium.
      exclude: ['lib/browser/!(pasted-code|time-left).ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
    projects: [
      // `npm test` runs those whose names begin with 'all', `npm run test:all` every one.
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...notHere, ...filesLeftOut],
          env: { WRONG_CODE: 'error' },
        },
      },
      {
        extends: true,
        test: {
          name: 'all others, each by itself',
          include: alone,
          isolate: true,
          env: { PROPERTY_FACTOR: '0.25' },
        },
      },
      {
        extends: true,
        test: {
          name: 'browsers and processes',
          include: [...filesLeftOut],
          env: { WRONG_CODE: 'error' },
        },
      },
      {
        // Modica's document leaves open how a wrong code is answered: everything that meets one
        // runs under the second reading too.
        extends: true,
        test: {
          name: 'wrong code by status',
          include: ['test/{integration,security,faults}/**/*.test.ts'],
          exclude: [
            ...filesLeftOut,
            'test/security/{devices,device-revocation,device-token-checks,device-trust,transactions}.test.ts',
            ...withoutMemory,
          ],
          env: { WRONG_CODE: 'status' },
        },
      },
      {
        extends: true,
        test: {
          name: 'properties, more often',
          include: ['test/properties/**/*.test.ts'],
          isolate: true,
        },
      },
      ...(hasRedis ? [onRedis] : []),
      onSqlite,
      ...(hasPostgres ? [onPostgres] : []),
    ],
  },
});
