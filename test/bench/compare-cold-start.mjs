// `node test/bench/compare-cold-start.mjs <folder> <folder>`: cold start of two checkouts of this package,
// each built and with its packages installed, in rounds that take turns.
import path from 'node:path';
import { compare, importing } from './cold-start.mjs';

const folders = process.argv.slice(2);
const rounds = 41;

const kinds = {
  alone: [],
  'within an Express app': ['express', 'passport'],
  'within one that uses zod': ['express', 'passport', 'zod'],
};

const programs = Object.entries(kinds).flatMap(([kind, app]) =>
  folders.flatMap((folder) => {
    const cwd = path.resolve(folder);
    return [
      [`${folder} ${kind}`, { ...importing(...app, path.join(cwd, 'dist/index.mjs')), cwd }],
      [`${folder} ${kind}, without`, { ...importing(...app), cwd }],
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
