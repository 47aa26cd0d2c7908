// `npm run bench`: everything, into results.json and chart.svg. `npm run bench:check`: what the mood of
// the machine does not move, in a short form, and an exit code. Goals that are missed are told, and in
// the short form they fail.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chart } from './report/chart.mjs';
import { table } from './report/table.mjs';
import { all, steady } from './rows.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const say = (text) => process.stdout.write(`${text}\n`);
const started = Date.now();
const told = {
  date: new Date().toISOString().slice(0, 10),
  machine: `Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}`,
};

/** A neighbour's busy second fails nothing: what does not hold is measured three times. */
async function measured(measure) {
  for (let attempt = 1; ; attempt++) {
    const rows = await measure({ short: values.check });
    if (!values.check || attempt === 3 || rows.every(({ holds }) => holds)) return rows;
  }
}

const rows = [];
for (const measure of values.check ? steady : all) {
  const more = await measured(measure);
  rows.push(...more);
  const seconds = Math.round((Date.now() - started) / 1000);
  say(`${[...new Set(more.map(({ id }) => id))].join(', ')} measured, ${seconds} s`);
}

say(`\n${told.date}, ${told.machine}\n\n${table(rows)}`);
const missed = rows.filter(({ met }) => met === false);
if (values.check) {
  if (rows.some(({ holds }) => !holds)) process.exitCode = 1;
} else {
  const file = (name) => path.join(import.meta.dirname, name);
  await writeFile(file('results.json'), `${JSON.stringify({ ...told, rows }, null, 2)}\n`);
  await writeFile(file('chart.svg'), chart(rows, told));
}
say(`\n${missed.length === 0 ? 'Every goal is met.' : `${missed.length} goals are missed.`}`);
