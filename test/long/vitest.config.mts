import { defineConfig } from 'vitest/config';

// What takes minutes: `npm run test:long`.
export default defineConfig({
  test: {
    env: { PROPERTY_FACTOR: process.env['PROPERTY_FACTOR'] ?? '10' },
    testTimeout: 3_600_000,
    maxWorkers: '100%',
    execArgv: ['--expose-gc'],
    projects: [
      { extends: true, test: { name: 'properties', include: ['test/properties/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'a provider that dies',
          include: ['test/providers/killed.test.ts'],
          env: { LOGINS: '1000' },
        },
      },
      { extends: true, test: { name: 'in memory', include: ['test/soak/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'on Redis',
          include: ['test/soak/**/*.test.ts'],
          globalSetup: ['test/fixtures/redis-for-all.ts'],
        },
      },
    ],
  },
});
