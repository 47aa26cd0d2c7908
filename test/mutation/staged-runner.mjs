import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';

/** Test files of one run. */
const filesPerRun = 16;

/** The tests' folders, those that load least first. */
const folders = [
  '/unit/',
  '/security/',
  '/integration/',
  '/faults/',
  '/providers/',
  '/frameworks/',
];

/** How late a test file is likely to notice a change of a file of lib. */
function rankOf(testFile, mutatedFile) {
  const [, folder = '', name] = /\/lib\/(?:(.*)\/)?([^/]+)\.ts$/.exec(mutatedFile) ?? [];
  // It loads the package by itself, so that it reaches every line that loading runs.
  if (testFile.endsWith('/unit/package.test.ts')) return folders.length;
  if (testFile.endsWith(`/${name}.test.ts`)) return -2;
  if (folder !== '' && testFile.includes(`/test/unit/${folder}/`)) return -1;
  return folders.findIndex((each) => testFile.includes(each));
}

/** The ids of the tests that reach a mutant, which begin with their file, in runs that follow each other. */
export function runsOf(tests, mutatedFile) {
  const byFile = new Map();
  for (const test of tests) {
    const [file] = test.split('#', 1);
    byFile.set(file, [...(byFile.get(file) ?? []), test]);
  }
  const files = [...byFile.keys()].sort(
    (one, other) => rankOf(one, mutatedFile) - rankOf(other, mutatedFile),
  );
  const runs = [];
  while (files.length > 0) {
    runs.push(files.splice(0, filesPerRun).flatMap((file) => byFile.get(file)));
  }
  return runs;
}

/**
 * Vitest's runner, asked for a few test files at a time until one notices. In one run it goes through all that
 * reach a mutant: about 20 seconds for each mutant of the HTTP client, which every login calls (2026-11-29).
 */
function createStagedRunner(injector) {
  const runner = injector.injectFunction(vitestPlugins[0].factory);
  return {
    capabilities: () => runner.capabilities(),
    init: () => runner.init(),
    dryRun: (options) => runner.dryRun(options),
    dispose: () => runner.dispose(),
    async mutantRun({ testFilter, ...options }) {
      // Without a list, all tests are asked: the mutant is in what a module does while it loads.
      if (testFilter === undefined) return runner.mutantRun(options);
      let result;
      for (const tests of runsOf(testFilter, options.sandboxFileName)) {
        result = await runner.mutantRun({ ...options, testFilter: tests });
        if (result.status !== 'survived') break;
      }
      return result;
    },
  };
}
createStagedRunner.inject = ['$injector'];

export const strykerPlugins = [{ kind: 'TestRunner', name: 'staged', factory: createStagedRunner }];
