import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.{ts,mts}'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
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
          env: { WRONG_CODE: 'status' },
        },
      },
    ],
  },
});
