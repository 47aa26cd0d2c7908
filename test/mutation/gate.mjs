import { readFileSync } from 'node:fs';

/** Of all that is changed in these folders, at least so many percent must be noticed. */
const gated = [
  'strategy',
  'flow',
  'challenge',
  'storage',
  'limits',
  'providers',
  'recovery-codes',
  'step-up',
  'trusted-devices',
  'nestjs',
];
const enough = 95;

/** Here everything must be noticed, but for what survivors.json explains. */
const strict = /^lib\/(limits\/|providers\/modica\/(client|provider)\.ts$)/;

const explanations = JSON.parse(readFileSync(new URL('survivors.json', import.meta.url), 'utf8'));

const onOneLine = (text) => text.trim().replace(/\s+/g, ' ');

/** The text between two places, which count from 1. */
function cut(lines, start, end) {
  const cutLines = lines.slice(start.line - 1, end.line);
  cutLines.push(cutLines.pop().slice(0, end.column - 1));
  return onOneLine(cutLines.join('\n').slice(start.column - 1));
}

const mutantsOf = (files) =>
  Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.map(({ status, replacement, location: { start, end } }) => ({
      file,
      folder: /^lib\/([\w-]+)\//.exec(file)?.[1] ?? 'the small files',
      place: `${file}:${start.line}:${start.column}`,
      line: onOneLine(lines[start.line - 1]),
      part: cut(lines, start, end),
      becomes: onOneLine(replacement),
      status,
    }));
  });

const explains = (explanation, mutant) =>
  ['file', 'line', 'part', 'becomes'].every((field) => explanation[field] === mutant[field]);
const isExplained = (mutant) => explanations.some((known) => explains(known, mutant));

function tally(some) {
  const of = (...statuses) => some.filter(({ status }) => statuses.includes(status));
  const survivors = of('Survived', 'NoCoverage');
  const timedOut = of('Timeout');
  const noticed = of('Killed').length + timedOut.length;
  return { survivors, timedOut, score: (100 * noticed) / (noticed + survivors.length) };
}

function row(name, some) {
  const { survivors, timedOut, score } = tally(some);
  const counted = some.filter(({ status }) => status !== 'Ignored').length;
  const explained = survivors.filter(isExplained).length;
  const cells = [name, counted, timedOut.length, survivors.length, explained, score.toFixed(1)];
  return `| ${cells.join(' | ')} |`;
}

const show = ({ place, line, part, becomes }) =>
  `  ${place}\n    ${line}\n    ${part}\n    becomes: ${becomes}`;
const list = (title, some) => (some.length > 0 ? [`${title}\n${some.map(show).join('\n')}`] : []);

/** The table of scores, and what fails the gate. */
export function judge(files) {
  const mutants = mutantsOf(files);
  const { survivors, timedOut } = tally(mutants);
  const inGate = mutants.filter(({ folder }) => gated.includes(folder));
  const folders = [...new Set(mutants.map(({ folder }) => folder))].sort();
  const table = [
    '| folder | mutants | timed out | survived | explained | score, % |',
    '|---|---|---|---|---|---|',
    ...folders.map((name) =>
      row(
        name,
        mutants.filter(({ folder }) => folder === name),
      ),
    ),
    row(gated.join(', '), inGate),
    ...list('Timed out; each must be an endless loop or an answer that never comes:', timedOut),
  ];
  const complaints = [
    ...list(
      'Could not be run, so that nothing is known about them:',
      mutants.filter(({ status }) => status === 'RuntimeError'),
    ),
    ...(tally(inGate).score < enough ? [`The gated folders are below ${enough} %.`] : []),
    ...list(
      'Survived where nothing may, and unexplained:',
      survivors.filter((mutant) => strict.test(mutant.file) && !isExplained(mutant)),
    ),
    ...explanations
      .filter((known) => files[known.file] && !survivors.some((mutant) => explains(known, mutant)))
      .map(({ file, line }) => `Explained in survivors.json, but none survived: ${file}: ${line}`),
  ];
  return { table, complaints };
}

const gate = {
  onMutationTestReportReady({ files }) {
    const { table, complaints } = judge(files);
    process.stdout.write(`\n${[...table, ...complaints].join('\n')}\n`);
    if (complaints.length > 0) process.exitCode = 1;
  },
};

export const strykerPlugins = [{ kind: 'Reporter', name: 'gate', value: gate }];
