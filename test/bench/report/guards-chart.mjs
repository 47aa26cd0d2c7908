import { guardsSideBySide } from './side-by-side.mjs';
import { colours, heading, measuredOn, picture, remark, text } from './svg.mjs';

const place = { column: 470, width: 98, line: 24, head: 126 };

/** docs/guards.svg: each guard of each contender, full where it is kept and empty where not. */
export function guardsChart(rows) {
  const contenders = guardsSideBySide(rows);
  if (contenders.length === 0) return picture('Guards', []);
  const [{ guards }] = contenders;
  const at = (column) => place.column + place.width * (column + 0.5);
  const names = contenders.flatMap(({ name }, column) =>
    name
      .replace('passport-', 'passport- ')
      .replace('+ ', '+')
      .split(' ')
      .map((part, line) => text(at(column), 84 + line * 15, part, 'text-anchor="middle"')),
  );
  const lines = guards.flatMap(({ name }, index) => {
    const y = place.head + index * place.line;
    const dots = contenders.flatMap(({ guards: played }, column) => {
      const { kept, parts = [] } = played[index];
      const count = parts.filter((part) => part.kept).length;
      return [
        dot(at(column), y + 12, kept, column),
        ...(parts.length > 0 ? [text(at(column) + 12, y + 16, `${count} of ${parts.length}`)] : []),
      ];
    });
    return [text(16, y + 16, name), ...dots];
  });
  const draw = () => [
    heading(28, 'What a login guards against'),
    remark(
      50,
      `Played against each app, full where kept; only the first offers codes for payments. ${measuredOn(rows.filter(({ id }) => id === 'B9'))}.`,
    ),
    ...names,
    ...lines,
  ];
  const height = place.head + guards.length * place.line + 8;
  return picture('Guards of each contender', [{ height, draw }]);
}

function dot(x, y, kept, column) {
  const colour = column === 0 ? colours.ours : colours.theirs;
  const fill = kept ? colour : '#fff';
  return `<circle cx="${x}" cy="${y}" r="7" fill="${fill}" stroke="${kept ? colour : colours.missed}" stroke-width="1.5"/>`;
}
