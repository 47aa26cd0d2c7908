import { figureOf } from './figures.mjs';
import { bar, colours, heading, measuredOn, remark, text } from './svg.mjs';

const place = { bar: 430, width: 330, line: 26, head: 76 };

/** A bar ends here, in goals: one that is five times its goal would leave no room for the others. */
const longest = 3;

/**
 * Each goal is the same line, and each figure a bar beside it, as long as the figure divided by its goal. What is
 * counted and must be zero has no length; guards have a chart of their own.
 */
export function goalsPart(rows) {
  const withGoal = rows.filter(({ goal }) => goal !== undefined);
  const shown = withGoal.filter(({ goal }) => goal !== 0);
  const met = withGoal.filter((row) => row.met);
  const scale = place.width / longest;
  const goalAt = place.bar + scale;
  const end = place.head + shown.length * place.line;
  const draw = (top) => [
    heading(top + 28, `Figures beside their goals: ${met.length} of ${withGoal.length} are met`),
    remark(
      top + 50,
      `${measuredOn(shown)}. A bar is the figure divided by its goal, at most ${longest} long: what stays left of the line is met.`,
    ),
    ...shown.flatMap((row, index) => {
      const y = top + place.head + index * place.line;
      const colour = row.met ? colours.ours : colours.missed;
      const length = Math.min(longest, row.figure / row.goal);
      return [
        text(16, y + 14, `${row.id}  ${row.measure.replace('CPU of a login in Express', 'CPU')}`),
        bar(place.bar, y + 3, length * scale, colour),
        text(place.bar + place.width + 12, y + 14, figureAndGoal(row)),
      ];
    }),
    `<line x1="${goalAt.toFixed(1)}" x2="${goalAt.toFixed(1)}" y1="${top + place.head - 6}" y2="${top + end + 6}" stroke="#222" stroke-dasharray="4 3"/>`,
    text(goalAt, top + end + 22, 'goal', 'text-anchor="middle"'),
  ];
  return { height: end + 40, draw };
}

function figureAndGoal(row) {
  const goal = figureOf({ figure: row.goal, unit: '' });
  return `${figureOf(row)}, goal ${row.exact ? '' : '≤ '}${goal}${row.met ? '' : ': missed'}`;
}
