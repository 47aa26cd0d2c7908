import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';
import { rankOf } from './test-order.mjs';

/** Test files of one run. */
const filesPerRun = 16;

/** The place of a test file among those that reach a mutant: first those of the mutated file, then of its folder. */
function rankFor(testFile, mutatedFile) {
  const [, folder = '', name] = /\/lib\/(?:(.*)\/)?([^/]+)\.ts$/.exec(mutatedFile) ?? [];
  const rank = rankOf(testFile);
  if (rank > 0) return rank;
  if (testFile.endsWith(`/${name}.test.ts`)) return -2;
  return folder !== '' && testFile.includes(`/test/unit/${folder}/`) ? -1 : rank;
}

/** The ids of the tests that reach a mutant, which begin with their file, in runs that follow each other. */
function runsOf(tests, mutatedFile) {
  const byFile = new Map();
  for (const test of tests) {
    const [file] = test.split('#', 1);
    const ids = byFile.get(file);
    if (ids) ids.push(test);
    else byFile.set(file, [test]);
  }
  const files = [...byFile.keys()].sort(
    (one, other) => rankFor(one, mutatedFile) - rankFor(other, mutatedFile),
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
