import { relative } from 'node:path';
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';
import { KeptThread } from './kept-thread.mjs';
import { rankOf } from './test-order.mjs';

/** Test files of the first run; each that follows has four times as many as the one before. */
const filesOfFirstRun = 3;

/** Test files that a mutant is shown to, at most: all of them take a minute or more for a mutant that survives. */
const maxFiles = Number(process.env['MUTATION_TEST_FILES'] ?? Number.POSITIVE_INFINITY);
if (!(maxFiles >= 1)) throw new Error('MUTATION_TEST_FILES must be a number of files');

/** So many runs go to the kept thread; a mutant that none of them notices gets a thread of its own. */
const runsOnKeptThread = 2;

/** The place of a test file among those that may notice: first those of the mutated file, then of its folders. */
function rankFor(testFile, mutatedFile) {
  const [, folder = '', name] = /\/lib\/(?:(.*)\/)?([^/]+)\.ts$/.exec(mutatedFile) ?? [];
  const [part] = folder.split('/');
  if (testFile.endsWith(`/${name}.test.ts`)) return -3;
  if (part === '') return rankOf(testFile);
  if (testFile.includes(`test/unit/${folder}/`)) return -2;
  return testFile.includes(`/${part}/`) || testFile.endsWith(`/${part}.test.ts`)
    ? -1
    : rankOf(testFile);
}

const fileOf = (test) => test.split('#', 1)[0];

/**
 * The ids of the tests that reach a mutant, which begin with their file, in runs that follow each other: first the files
 * that noticed most mutants of the same file before.
 */
function runsOf(tests, mutatedFile, noticed) {
  const byFile = new Map();
  for (const test of tests) {
    const file = fileOf(test);
    const ids = byFile.get(file);
    if (ids) ids.push(test);
    else byFile.set(file, [test]);
  }
  const noticedBy = (file) => noticed.get(file) ?? 0;
  const files = [...byFile.keys()]
    .sort(
      (one, other) =>
        noticedBy(other) - noticedBy(one) ||
        rankFor(one, mutatedFile) - rankFor(other, mutatedFile),
    )
    .slice(0, maxFiles);
  const runs = [];
  for (let size = filesOfFirstRun; files.length > 0; size *= 4) {
    runs.push(files.splice(0, size).flatMap((file) => byFile.get(file)));
  }
  return runs;
}

/** A run that fails without a failed test: a file that does not load, or an error that no test waits for. */
function failureBesideTests(result, files) {
  const broken = files.find((file) => file.result?.state === 'fail');
  if (result.status === 'survived') return broken?.result.errors?.[0]?.message;
  return result.status === 'error' && result.errorMessage.includes('outside of a test run')
    ? result.errorMessage
    : undefined;
}

/**
 * Vitest's runner, asked for a few test files at a time until one notices. In one run it goes through all that
 * reach a mutant: about 20 seconds for each mutant of the HTTP client, which every login calls (2026-11-29).
 */
class StagedRunner {
  #runner;
  #kept = new KeptThread();
  /** How many mutants of a file each test file has noticed. */
  #noticed = new Map();

  constructor(runner) {
    this.#runner = runner;
  }

  capabilities() {
    return this.#runner.capabilities();
  }

  async init() {
    await this.#runner.init();
    for (const { config } of this.#runner.ctx.projects) {
      config.pool = this.#kept.pool.name;
      config.poolRunner = this.#kept.pool;
    }
  }

  async dryRun(options) {
    const result = await this.#runner.dryRun(options);
    await this.#kept.end();
    return result;
  }

  async mutantRun({ testFilter, ...options }) {
    const { sandboxFileName } = options;
    const noticed = this.#noticed.get(sandboxFileName) ?? new Map();
    this.#noticed.set(sandboxFileName, noticed);
    const runs = runsOf(testFilter ?? (await this.#allTests()), sandboxFileName, noticed);
    // Without a list of tests, the mutant is in what a module does while it loads, and needs a thread that has not
    // loaded it.
    const result =
      (testFilter && (await this.#onKeptThread(runs, options))) ??
      (await this.#onNewThread(runs, options));
    for (const file of new Set(result.killedBy?.map(fileOf))) {
      noticed.set(file, (noticed.get(file) ?? 0) + 1);
    }
    return result;
  }

  async dispose() {
    await this.#kept.end();
    await this.#runner.dispose();
  }

  /** One id for each file: an id is the file and the title, and every title contains the empty one. */
  async #allTests() {
    const files = await this.#runner.ctx.globTestSpecifications();
    return files.map(({ moduleId }) => `${relative('', moduleId)}#`);
  }

  /** Returns nothing unless a test notices the mutant and passes without it: an earlier one may have left traces. */
  async #onKeptThread(runs, options) {
    const result = await this.#untilNoticed(runs.slice(0, runsOnKeptThread), options);
    const [test] = result.killedBy ?? [];
    if (test === undefined) return undefined;
    const activeMutant = { ...options.activeMutant, id: '' };
    const without = await this.#runner.mutantRun({ ...options, activeMutant, testFilter: [test] });
    return without.status === 'survived' ? result : undefined;
  }

  async #onNewThread(runs, options) {
    await this.#kept.end();
    const result = await this.#untilNoticed(runs, options);
    await this.#kept.end();
    return result;
  }

  async #untilNoticed(runs, options) {
    let result;
    for (const testFilter of runs) {
      result = await this.#runner.mutantRun({ ...options, testFilter });
      const failureMessage = failureBesideTests(result, this.#runner.ctx.state.getFiles());
      if (failureMessage !== undefined) {
        return { status: 'killed', killedBy: [], failureMessage, nrOfTests: 0 };
      }
      if (result.status !== 'survived') break;
    }
    return result;
  }
}

function createStagedRunner(injector) {
  return new StagedRunner(injector.injectFunction(vitestPlugins[0].factory));
}
createStagedRunner.inject = ['$injector'];

export const strykerPlugins = [{ kind: 'TestRunner', name: 'staged', factory: createStagedRunner }];
