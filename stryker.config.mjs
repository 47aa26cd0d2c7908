/** What of lib is mutated, and by which tests; the gate itself is test/mutation/gate.mjs. */
export default {
  testRunner: 'staged',
  vitest: { configFile: 'test/mutation/vitest.config.mts', related: false },
  plugins: [
    '@stryker-mutator/vitest-runner',
    './test/mutation/staged-runner.mjs',
    './test/mutation/prose.mjs',
    './test/mutation/gate.mjs',
  ],
  // Texts for people are left alone: no program may rely on them, and a test that repeats one proves
  // nothing. test/mutation/prose.mjs says what is ignored, and why.
  ignorers: ['prose'],
  // What needs a DOM is tested in Chromium, which is not started for every mutant.
  mutate: [
    'lib/**/*.ts',
    '!lib/**/index.ts',
    '!lib/testing/**',
    '!lib/browser/!(pasted-code|time-left).ts',
  ],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A slow machine must not make a 'timeout', which counts as killed, of a mutant that survives.
  timeoutMS: 30_000,
  timeoutFactor: 3,
  // Stryker rewrites the tsconfig through the API of an older TypeScript; Vitest needs none.
  tsconfigFile: 'none',
  ignorePatterns: [
    '/coverage',
    '/dist',
    '/example-app',
    '/reports',
    '/test/e2e',
    '/test/consumers',
  ],
  reporters: ['progress', 'html', 'json', 'gate'],
};
