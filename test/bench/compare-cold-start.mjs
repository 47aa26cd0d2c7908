// `node test/bench/compare-cold-start.mjs <folder> <folder>`: what this package adds to the start of a
// process, for two checkouts of it, each built and with its packages installed. Every round runs each program
// with and without it; the figures are medians of these differences. CPU time is what a busy machine moves least.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { importing } from './cold-start.mjs';
import { median } from './statistics.mjs';

const folders = process.argv.slice(2).map((folder) => path.resolve(folder));
const rounds = 31;

const app = ['express', 'passport'];
const kinds = {
  alone: [],
  'in an Express app': app,
  'in one that imports zod': [...app, 'zod'],
  'in one that requires zod': [...app, './node_modules/zod/index.cjs'],
};

/** Milliseconds of a process that imports modules: as it took, and of the CPU. */
function timeOf(cwd, modules) {
  const code = `${importing(...modules).code}
    const { user, system } = process.cpuUsage();
    process.stdout.write(String((user + system) / 1000));`;
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', code],
    { cwd },
  );
  const wall = performance.now() - started;
  if (status !== 0) throw new Error(stderr.toString());
  return { wall, cpu: Number(stdout) };
}

const rows = Object.entries(kinds).flatMap(([kind, modules]) =>
  folders.map((folder) => ({ kind, modules, folder, wall: [], cpu: [] })),
);
for (let round = 0; round <= rounds; round++) {
  for (const { modules, folder, wall, cpu } of rows) {
    const withOurs = timeOf(folder, [...modules, path.join(folder, 'dist/index.mjs')]);
    const without = timeOf(folder, modules);
    // The first round finds the files not yet in the system's cache.
    if (round === 0) continue;
    wall.push(withOurs.wall - without.wall);
    cpu.push(withOurs.cpu - without.cpu);
  }
}

const say = (text) => process.stdout.write(`${text}\n`);
say(`Node ${process.versions.node}, medians of ${rounds} rounds`);
for (const { kind, folder, wall, cpu } of rows) {
  say(`${kind}: ${median(wall).toFixed(0)} ms, CPU ${median(cpu).toFixed(0)} ms (${folder})`);
}
