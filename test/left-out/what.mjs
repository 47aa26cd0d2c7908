// Not TypeScript: the configuration of the tests reads it.
/** Test files that `npm test` leaves to `npm run test:all`, by what makes them slow. */
const files = {
  Chromium: ['test/e2e/browser-*.test.ts'],
  'the example apps': [
    'test/e2e/!(express|half-a-login|siblings).test.ts',
    'test/e2e/nestjs/*.test.ts',
  ],
  'apps in processes of their own': [
    'test/e2e/databases.test.ts',
    'test/e2e/two-processes.test.ts',
    'test/e2e/silent-redis.test.ts',
    'test/e2e/nestjs/program.test.ts',
    'test/integration/processes.test.ts',
    'test/integration/sqlite-killed.test.ts',
    'test/providers/killed.test.ts',
  ],
  'every client of Redis': [
    'test/unit/storage/redis-conformance.test.ts',
    'test/unit/storage/redis-rights.test.ts',
    'test/integration/redis.test.ts',
    'test/integration/redis-failover.test.ts',
  ],
  'a MariaDB of its own': ['test/unit/storage/mysql-*.test.ts', 'test/integration/mysql.test.ts'],
  'a PostgreSQL of its own': [
    'test/unit/storage/postgres-*.test.ts',
    'test/integration/postgres-*.test.ts',
  ],
  'the samples of README and docs as apps': [
    'test/consumers/readme*.test.ts',
    'test/consumers/docs*.test.ts',
  ],
  "the document's clients in six languages": ['test/e2e/clients.test.ts'],
};

export const filesLeftOut = Object.values(files).flat();

/** What `npm test` leaves to `npm run test:all`. */
export const leftOut = [
  ...Object.keys(files),
  'everything once more on Redis and on SQLite, and attacks and faults on PostgreSQL',
  'the second reading of a wrong code',
  'the properties more often',
  'the packed package in apps of all kinds',
];
