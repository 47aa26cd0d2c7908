// The packed tarball, as apps of all kinds use it: `npm run test:consumers`. It is installed in each
// consumer, on the Node that runs this, or with --all-runtimes on every Node that is promised, with
// the newest and with older versions of got. Names of consumers leave out the others.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { consumerNames, runConsumer } from './runner/consumer.mjs';
import { allRuntimes, thisRuntime } from './runner/runtimes.mjs';
import { table } from './runner/table.mjs';
import { checkDeclarations, checkFiles, lint, pack } from './runner/tarball.mjs';

const { values, positionals } = parseArgs({
  options: { 'all-runtimes': { type: 'boolean', default: false } },
  allowPositionals: true,
});

const say = (text) => process.stdout.write(`${text}\n`);

const results = [];

function tell(result) {
  results.push(result);
  const { passed, name, node, wanted = 'of its own', got = wanted, seconds, error } = result;
  say(`${passed ? '✓' : '✗'} ${name}, Node ${node}, got ${got} (${seconds.toFixed(1)} s)`);
  if (error) say(error.message);
}

const scratch = await mkdtemp(path.join(tmpdir(), 'consumers-'));
try {
  const tarball = await pack(scratch);
  await checkFiles(tarball);
  say('✓ what is packed');
  await checkDeclarations(tarball);
  say('✓ no declaration names zod');
  await lint(tarball);
  say('✓ publint and attw');

  const runtimes = values['all-runtimes'] ? await allRuntimes(scratch) : await thisRuntime();
  const queue = positionals.length > 0 ? positionals : await consumerNames();
  const work = async () => {
    for (let name = queue.shift(); name; name = queue.shift()) {
      await runConsumer({ name, tarball, scratch, runtimes, tell });
    }
  };
  // Two at a time: most of an installation is waiting.
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));

  say(`\n${table(results)}`);
  if (results.length === 0 || results.some(({ passed }) => !passed)) process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
