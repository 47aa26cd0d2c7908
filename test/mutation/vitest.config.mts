import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { filesLeftOut } from '../left-out/what.mjs';
import { rankOf } from './test-order.mjs';

class SmallestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId));
  }
}

// A time that is read as local must not pass because the machine lives in UTC.
process.env['TZ'] = 'Pacific/Auckland';

/**
 * For the storages in databases, lib/storage/sql and Redis. For all else it would be a minute or more for each mutant
 * that survives, and meet nothing that the storage in memory does not.
 */
const onDatabases = process.env['MUTATION_ON_DATABASES'] === '1';

export default defineConfig({
  test: {
    // Not the properties: what they draw differs from run to run.
    include: ['test/{unit,security,integration,faults,providers,frameworks}/**/*.test.ts'],
    exclude: [
      // Read the text of lib, which here is full of mutants, and of tests that are left out here.
      'test/unit/{architecture,left-out,security-table,survivors}.test.ts',
      ...(onDatabases
        ? ['test/integration/{processes,sqlite-killed}.test.ts', 'test/providers/killed.test.ts']
        : [...filesLeftOut, 'test/unit/storage/{redis,redis-clients}.test.ts']),
      // The conformance suite waits for real time, and tests other people's stores.
      'test/unit/testing/**',
      // Changes the time zone of its process, which Stryker's worker threads cannot.
      'test/unit/providers/http/reply-time-zone.test.ts',
    ],
    // One thread for all files of a run, so that they need not load it all again.
    isolate: false,
    setupFiles: ['test/mutation/no-mutant-while-loading.mjs'],
    // A test that is slow on a busy machine must not pass for one that noticed something.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Longer than the 5 seconds after which Node's agent closes idle sockets; the default is one second.
    expect: { poll: { timeout: 15_000 } },
    env: { WRONG_CODE: 'error' },
    sequence: { sequencer: SmallestFirst },
  },
});
