import { figureOf, verdictOf } from './figures.mjs';
import { bar, colours, heading, measuredOn, remark, text } from './svg.mjs';

const place = { bar: 440, width: 330, line: 26, head: 76 };

/** Each goal is the same line, and each figure a bar beside it: what stays left of the line is met. */
export function goalsPart(rows) {
  // What B9 has is drawn side by side.
  const shown = rows.filter(({ id, goal }) => goal !== undefined && id !== 'B9');
  const longest = Math.max(1.25, ...shown.map(({ figure, goal }) => figure / goal));
  const scale = place.width / longest;
  const goalAt = place.bar + scale;
  const end = place.head + shown.length * place.line;
  const draw = (top) => [
    heading(top + 28, 'Figures beside their goals'),
    remark(top + 50, `${measuredOn(shown)}. The line is the goal of each.`),
    ...shown.flatMap((row, index) => {
      const y = top + place.head + index * place.line;
      const colour = row.met ? colours.ours : colours.missed;
      return [
        text(16, y + 14, `${row.id}  ${row.measure}`),
        bar(place.bar, y + 3, (row.figure / row.goal) * scale, colour),
        text(place.bar + place.width + 12, y + 14, `${figureOf(row)} (${verdictOf(row)})`),
      ];
    }),
    `<line x1="${goalAt.toFixed(1)}" x2="${goalAt.toFixed(1)}" y1="${top + place.head - 6}" y2="${top + end + 6}" stroke="#222" stroke-dasharray="4 3"/>`,
    text(goalAt, top + end + 22, 'goal', 'text-anchor="middle"'),
  ];
  return { height: end + 40, draw };
}
