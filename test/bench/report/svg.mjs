export const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export const colours = { ours: '#2a7f62', theirs: '#8a94a0', missed: '#c2570c', faint: '#d5dade' };

/** A line of text; `more` are further attributes. */
export const text = (x, y, content, more = '') =>
  `<text x="${round(x)}" y="${round(y)}"${more && ` ${more}`}>${escaped(content)}</text>`;

export const bar = (x, y, width, fill) =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(2, width))}" height="15" rx="2" fill="${fill}"/>`;

export const heading = (y, content) => text(16, y, content, 'font-size="17" font-weight="600"');

export const remark = (y, content) => text(16, y, content, 'fill="#555"');

/** A picture of these parts, one below the other: each has `height`, and draws itself from `top` on. */
export function picture(label, parts) {
  const tops = parts.map((_, index) =>
    parts.slice(0, index).reduce((sum, { height }) => sum + height, 0),
  );
  const height = parts.reduce((sum, part) => sum + part.height, 16);
  const drawn = parts.flatMap(({ draw }, index) => draw(tops[index]));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="${height}" viewBox="0 0 960 ${height}" font-family="system-ui, sans-serif" font-size="12.5" role="img" aria-label="${escaped(label)}">
  <rect width="960" height="${height}" fill="#fff"/>
  ${drawn.join('\n  ')}
</svg>
`;
}

/** When the rows were measured, from the first day to the last, and on what. */
export function measuredOn(rows) {
  const dates = rows.map(({ date }) => date).sort();
  const [first, last] = [dates[0], dates.at(-1)];
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  return `${first === last ? first : `${first} to ${last}`}, ${machines.join('; ')}`;
}

const round = (number) => Number(number.toFixed(1));
