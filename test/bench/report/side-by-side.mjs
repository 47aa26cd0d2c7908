import { markdown } from './table.mjs';

/** What B9 measured for each contender on each storage, with the number of guards that it keeps. */
export function loginsSideBySide(rows) {
  const guards = new Map(guardsSideBySide(rows).map((one) => [one.name, one]));
  return rows
    .filter(({ id, detail }) => id === 'B9' && detail?.storage)
    .map(({ detail }) => ({ ...detail, ...keptBy(guards.get(detail.name)) }));
}

/** What each contender keeps, guard by guard. */
export const guardsSideBySide = (rows) =>
  rows.flatMap(({ id, detail }) => (id === 'B9' && detail?.guards ? [detail] : []));

const keptBy = ({ guards }) => ({
  kept: guards.filter(({ kept }) => kept).length,
  of: guards.length,
});

/** A line for each contender on each storage. */
export function sideBySideTable(rows) {
  const logins = loginsSideBySide(rows);
  if (logins.length === 0) return '';
  const head = [
    'storage',
    'a login by',
    'CPU, ms',
    'ours is',
    'logins/s',
    'p50, ms',
    'p99, ms',
    'guards kept',
  ];
  return markdown([
    head,
    ...logins.map(({ storage, name, cpu, ratio, perSecond, p50, p99, kept, of }) => [
      storage,
      name,
      cpu.toFixed(2),
      ratio === 1 ? '' : `${ratio.toFixed(2)} times that`,
      perSecond.toFixed(0),
      p50.toFixed(0),
      p99.toFixed(0),
      `${kept} of ${of}`,
    ]),
  ]);
}

/** The lines of the tables in docs/costs.md: the CPU of each contender's login, and that of ours over it. */
export function linesOfCosts(rows) {
  const logins = loginsSideBySide(rows);
  const names = [...new Set(logins.map(({ name }) => name))];
  const loginsOf = (name) => logins.filter((login) => login.name === name);
  const middleHalf = (figure, [from, to], digits) =>
    `${figure.toFixed(digits)} (${from.toFixed(digits)} to ${to.toFixed(digits)})`;
  const cpu = names.map((name) => {
    const [{ kept, of }] = loginsOf(name);
    const cells = loginsOf(name).map((login) => middleHalf(login.cpu, login.cpuSpread, 1));
    return [name, ...cells, `${kept} of ${of}`];
  });
  const ratios = names
    .slice(1)
    .map((name) => [
      name,
      ...loginsOf(name).map(({ ratio, ratioSpread }) => middleHalf(ratio, ratioSpread, 2)),
    ]);
  return [...cpu, ...ratios].map((cells) => `| ${cells.join(' | ')} |`);
}

/** The guards that each contender keeps, and what was seen where it does not. */
export function guardsTable(rows) {
  const contenders = guardsSideBySide(rows);
  if (contenders.length === 0) return '';
  const [{ guards }] = contenders;
  return markdown([
    ['guard', ...contenders.map(({ name }) => name)],
    ...guards.map(({ name }, index) => [
      name,
      ...contenders.map(({ guards: played }) => {
        const { kept, seen } = played[index];
        return kept ? 'yes' : `no: ${seen}`;
      }),
    ]),
  ]);
}
