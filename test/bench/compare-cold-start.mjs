// `node test/bench/compare-cold-start.mjs <folder> <folder>`: what this package adds to the start of a
// process, for two checkouts of it, each built and with its packages installed. Every round runs each program
// with and without it; the figures are medians of these differences. A busy machine affects CPU time least.
import path from 'node:path';
import { importing, run } from './cold-start.mjs';
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

/** The milliseconds that a process that imports modules takes, and those of its CPU. */
function start(cwd, modules) {
  const code = `${importing(...modules).code}
    const { user, system } = process.cpuUsage();
    process.stdout.write(String((user + system) / 1000));`;
  const { took, stdout } = run({ code, cwd });
  return { wall: took, cpu: Number(stdout) };
}

const rows = Object.entries(kinds).flatMap(([kind, modules]) =>
  folders.map((folder) => ({ kind, modules, folder, wall: [], cpu: [] })),
);
for (let round = 0; round <= rounds; round++) {
  for (const { modules, folder, wall, cpu } of rows) {
    const withOurs = start(folder, [...modules, path.join(folder, 'dist/index.mjs')]);
    const without = start(folder, modules);
    // In the first round, the files are not yet in the system's cache.
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
