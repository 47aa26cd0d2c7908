import { figureOf, verdictOf } from './figures.mjs';

const place = { label: 16, bar: 440, width: 330, line: 26, top: 76 };

/** Each goal is the same line, and each figure a bar beside it: what stays left of the line is met. */
export function chart(rows, { date, machine }) {
  const shown = rows.filter(({ goal }) => goal !== undefined);
  const longest = Math.max(1.25, ...shown.map(({ figure, goal }) => figure / goal));
  const scale = place.width / longest;
  const height = place.top + shown.length * place.line + 40;
  const goalAt = place.bar + scale;
  const bars = shown.map((row, index) => {
    const y = place.top + index * place.line;
    const width = Math.max(2, (row.figure / row.goal) * scale);
    return `
  <text x="${place.label}" y="${y + 14}">${escaped(`${row.id}  ${row.measure}`)}</text>
  <rect x="${place.bar}" y="${y + 3}" width="${width.toFixed(1)}" height="15" rx="2" fill="${row.met ? '#2a7f62' : '#c2570c'}"/>
  <text x="${place.bar + place.width + 12}" y="${y + 14}">${escaped(`${figureOf(row)} (${verdictOf(row)})`)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="${height}" viewBox="0 0 960 ${height}" font-family="system-ui, sans-serif" font-size="12.5" role="img" aria-label="Figures beside their goals">
  <rect width="960" height="${height}" fill="#fff"/>
  <text x="${place.label}" y="28" font-size="17" font-weight="600">passport-modica-2fa: figures beside their goals</text>
  <text x="${place.label}" y="50" fill="#555">${escaped(`${date}, ${machine}. Shorter is better; the line is the goal of each.`)}</text>${bars.join('')}
  <line x1="${goalAt.toFixed(1)}" x2="${goalAt.toFixed(1)}" y1="${place.top - 6}" y2="${height - 34}" stroke="#222" stroke-dasharray="4 3"/>
  <text x="${goalAt.toFixed(1)}" y="${height - 18}" text-anchor="middle">goal</text>
</svg>
`;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
