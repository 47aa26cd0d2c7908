import { figureOf, verdictOf } from './figures.mjs';

const columns = {
  '': ({ id }) => id,
  measure: ({ measure }) => measure,
  figure: figureOf,
  'middle half': ({ spread }) => spread?.map((bound) => bound.toFixed(2)).join('–') ?? '',
  goal: ({ goal, unit }) => (goal === undefined ? '' : `≤ ${figureOf({ figure: goal, unit })}`),
  verdict: verdictOf,
  note: ({ note }) => note,
};

/** Of Markdown, and readable on a screen. */
export function table(rows) {
  const cells = [
    Object.keys(columns),
    ...rows.map((row) => Object.values(columns).map((cell) => cell(row))),
  ];
  const widths = Object.keys(columns).map((_, column) =>
    Math.max(3, ...cells.map((line) => line[column].length)),
  );
  const line = (values) =>
    `| ${values.map((value, column) => value.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
