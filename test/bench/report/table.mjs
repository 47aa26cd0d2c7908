import { figureOf, verdictOf } from './figures.mjs';

const columns = {
  '': ({ id }) => id,
  measure: ({ measure }) => measure,
  figure: figureOf,
  'middle half': ({ spread }) => spread?.map((bound) => bound.toFixed(2)).join('–') ?? '',
  goal: ({ goal, exact, unit }) =>
    goal === undefined ? '' : `${exact ? '' : '≤ '}${figureOf({ figure: goal, unit })}`,
  verdict: verdictOf,
  note: ({ note }) => note,
};

export function table(rows) {
  return markdown([
    Object.keys(columns),
    ...rows.map((row) => Object.values(columns).map((cell) => cell(row))),
  ]);
}

/** A table of Markdown, its first line the head, which is readable on a screen. */
export function markdown(cells) {
  const widths = cells[0].map((_, column) =>
    Math.max(3, ...cells.map((line) => line[column].length)),
  );
  const line = (values) =>
    `| ${values.map((value, column) => value.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
