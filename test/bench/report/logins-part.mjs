import { loginsSideBySide } from './side-by-side.mjs';
import { bar, colours, heading, measuredOn, remark, text } from './svg.mjs';

const place = { bar: 260, width: 300, guards: 780, line: 22, head: 92, group: 34 };

const storages = { memory: 'in memory', redis: 'on Redis', postgres: 'on PostgreSQL' };

/** For each storage, a bar for each contender: the CPU of a login, and the guards that it keeps. */
export function loginsPart(rows) {
  const logins = loginsSideBySide(rows);
  if (logins.length === 0) return undefined;
  const scale = place.width / Math.max(...logins.map(({ cpu }) => cpu));
  const groups = Object.keys(storages).filter((kind) =>
    logins.some(({ storage }) => storage === kind),
  );
  const heightOf = (kind) =>
    place.group + logins.filter(({ storage }) => storage === kind).length * place.line;
  const measured = rows.filter(({ id }) => id === 'B9');
  return {
    height: place.head + groups.reduce((sum, kind) => sum + heightOf(kind), 0) + 20,
    draw(top) {
      const head = [
        heading(top + 28, 'What a login costs, and what it guards against'),
        remark(
          top + 50,
          `First factor, code, session and the page behind it in an Express app. ${measuredOn(measured)}.`,
        ),
        text(place.bar, top + 78, 'CPU of the app for a login: shorter is better', 'fill="#555"'),
        text(place.guards, top + 78, 'guards kept', 'fill="#555"'),
      ];
      let y = top + place.head;
      return [
        ...head,
        ...groups.flatMap((kind) => {
          const from = y;
          y += heightOf(kind);
          return group(
            from,
            kind,
            logins.filter(({ storage }) => storage === kind),
            scale,
          );
        }),
      ];
    },
  };
}

function group(top, kind, logins, scale) {
  return [
    text(16, top + 16, storages[kind], 'font-weight="600"'),
    ...logins.flatMap(({ name, cpu, perSecond, kept, of }, index) => {
      const y = top + place.group - 8 + index * place.line;
      // Ours is the first.
      const colour = index === 0 ? colours.ours : colours.theirs;
      const width = cpu * scale;
      const figures = `${cpu.toFixed(1)} ms, ${perSecond.toFixed(0)} logins/s`;
      return [
        text(16, y + 12, name, index === 0 ? 'font-weight="600"' : ''),
        bar(place.bar, y, width, colour),
        text(place.bar + width + 8, y + 12, figures),
        ...share(y, kept, of, colour),
      ];
    }),
  ];
}

/** A share as a bar and in figures. */
function share(y, kept, of, colour) {
  const width = 90;
  return [
    bar(place.guards, y, width, colours.faint),
    bar(place.guards, y, (width * kept) / of, colour),
    text(place.guards + width + 8, y + 12, `${kept} of ${of}`),
  ];
}
