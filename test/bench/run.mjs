// `npm run bench`: everything, or what is named (`npm run bench -- B9`), into results.json and
// docs/costs.svg and guards.svg.
// `npm run bench:check`: checks what machine load hardly affects, in a short form. Missed goals are reported;
// here they fail the run.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { costsChart } from './report/costs-chart.mjs';
import { figureOf } from './report/figures.mjs';
import { guardsChart } from './report/guards-chart.mjs';
import { guardsTable, sideBySideTable } from './report/side-by-side.mjs';
import { table } from './report/table.mjs';
import { all } from './rows.mjs';

const { values, positionals: named } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const say = (text) => process.stdout.write(`${text}\n`);
const started = Date.now();
const describe = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
const environment = {
  commit: execFileSync('git', describe, { cwd: import.meta.dirname, encoding: 'utf8' }).trim(),
  date: new Date().toISOString().slice(0, 10),
  machine: `Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}`,
};

const missedOf = (rows) => rows.filter(({ met }) => met === false);

/** Measures up to three times, so that brief load fails nothing. */
async function measured({ measure, disturbed }) {
  for (let attempt = 1; ; attempt++) {
    const rows = await measure({ short: values.check });
    const failed = missedOf(rows);
    if (!values.check || failed.length === 0) return rows;
    say(`Missed: ${failed.map(lineOf).join('; ')}`);
    if (attempt === 3 || !disturbed) return rows;
  }
}

/** Keeps rows that were not measured this time, with their date and machine. */
function merged(known, measuredNow) {
  const ids = new Set(measuredNow.map(({ id }) => id));
  const now = measuredNow.map((row) => ({ ...row, ...environment }));
  return [...known.filter(({ id }) => !ids.has(id)), ...now].sort((one, other) =>
    one.id.localeCompare(other.id),
  );
}

const lineOf = (row) => `${row.id} ${row.measure}: ${figureOf(row)} (${row.note})`;

const isWanted = ({ ids, steady }) =>
  (!values.check || steady) && (named.length === 0 || ids.some((id) => named.includes(id)));
const wanted = all.filter(isWanted);
if (wanted.length === 0) throw new Error(`There is no ${named.join(', ')}`);

const file = (name) => path.join(import.meta.dirname, name);

/** Writes what was measured so far, so that a long run that fails keeps it. */
async function write(rows) {
  const known = JSON.parse(await readFile(file('results.json'), 'utf8'));
  const every = merged(known.rows, rows);
  await writeFile(file('results.json'), `${JSON.stringify({ rows: every }, null, 2)}\n`);
  await writeFile(file('../../docs/costs.svg'), costsChart(every));
  await writeFile(file('../../docs/guards.svg'), guardsChart(every));
}

const rows = [];
for (const one of wanted) {
  const more = await measured(one);
  const load = Number(loadavg()[0].toFixed(1));
  rows.push(...more.map((row) => ({ ...row, load })));
  const seconds = Math.round((Date.now() - started) / 1000);
  if (!values.check) await write(rows);
  say(`${one.ids.join(', ')} measured, ${seconds} s, at a load of ${load}`);
}

const { commit, date, machine } = environment;
say(`\n${date}, ${machine}, commit ${commit}\n\n${table(rows)}`);
for (const more of [sideBySideTable(rows), guardsTable(rows)]) if (more) say(`\n${more}`);
const goals = rows.filter(({ goal }) => goal !== undefined);
const missed = missedOf(rows);
if (values.check) {
  for (const row of missed) say(`\nFailed: ${lineOf(row)}`);
  if (missed.length > 0) process.exitCode = 1;
}
say(`\n${goals.length - missed.length} of ${goals.length} goals are met.`);
