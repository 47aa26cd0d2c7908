// `npm run bench`: everything, into results.json and docs/costs.svg. `npm run bench:check`: what the mood of
// the machine does not move, in a short form, and an exit code. Goals that are missed are told, and in
// the short form they fail.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chart } from './report/chart.mjs';
import { figureOf } from './report/figures.mjs';
import { table } from './report/table.mjs';
import { all, disturbed, steady } from './rows.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const say = (text) => process.stdout.write(`${text}\n`);
const started = Date.now();
const told = {
  date: new Date().toISOString().slice(0, 10),
  machine: `Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}`,
};

/** A neighbour's busy second fails nothing: what it can disturb is measured up to three times. */
async function measured(measure) {
  for (let attempt = 1; ; attempt++) {
    const rows = await measure({ short: values.check });
    const failed = rows.filter(({ holds }) => !holds);
    if (!values.check || failed.length === 0) return rows;
    say(`Does not hold: ${failed.map(lineOf).join('; ')}`);
    if (attempt === 3 || !disturbed.has(measure)) return rows;
  }
}

const lineOf = (row) => `${row.id} ${row.measure}: ${figureOf(row)} (${row.note})`;

const rows = [];
for (const measure of values.check ? steady : all) {
  const more = await measured(measure);
  rows.push(...more);
  const seconds = Math.round((Date.now() - started) / 1000);
  say(`${[...new Set(more.map(({ id }) => id))].join(', ')} measured, ${seconds} s`);
}

say(`\n${told.date}, ${told.machine}\n\n${table(rows)}`);
const goals = rows.filter(({ goal }) => goal !== undefined);
const missed = goals.filter(({ met }) => !met);
if (values.check) {
  const failed = rows.filter(({ holds }) => !holds);
  for (const row of failed) say(`\nFailed: ${lineOf(row)}`);
  if (failed.length > 0) process.exitCode = 1;
} else {
  const file = (name) => path.join(import.meta.dirname, name);
  await writeFile(file('results.json'), `${JSON.stringify({ ...told, rows }, null, 2)}\n`);
  await writeFile(file('../../docs/costs.svg'), chart(rows, told));
}
say(`\n${goals.length - missed.length} of ${goals.length} goals are met.`);
