// `node test/bench/compare-cold-start.mjs <folder> <folder>`: cold start of two checkouts of this package,
// each built and with its packages installed, in rounds that take turns.
import path from 'node:path';
import { compare, importing } from './cold-start.mjs';

const folders = process.argv.slice(2);
const rounds = 41;

const app = ['express', 'passport'];
const kinds = {
  alone: [],
  'in an Express app': app,
  'in one that imports zod': [...app, 'zod'],
  'in one that requires zod': [...app, './node_modules/zod/index.cjs'],
};

const programs = Object.entries(kinds).flatMap(([kind, loaded]) =>
  folders.flatMap((folder) => {
    const cwd = path.resolve(folder);
    return [
      [`${folder} ${kind}`, { ...importing(...loaded, path.join(cwd, 'dist/index.mjs')), cwd }],
      [`${folder} ${kind}, without`, { ...importing(...loaded), cwd }],
    ];
  }),
);
const net = compare(Object.fromEntries(programs), rounds);

process.stdout.write(
  `Node ${process.versions.node}, medians of ${rounds}, net of the same without\n`,
);
for (const kind of Object.keys(kinds)) {
  const times = folders.map((folder) => {
    const own = net[`${folder} ${kind}`] - net[`${folder} ${kind}, without`];
    return `${folder} ${own.toFixed(0)} ms`;
  });
  process.stdout.write(`${kind}: ${times.join(', ')}\n`);
}
