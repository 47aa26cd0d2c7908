import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The rows of the table in SECURITY.md: case, guard, test. */
const rows = readFileSync('SECURITY.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (A|F)\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, what = '', guard = '', test = '']) => ({ id: what.split(' ')[0] ?? '', guard, test }));

const pathsIn = (cell: string) =>
  [...cell.matchAll(/`((?:lib|test)\/[^`]+)`/g)].map(([, path]) => path);

describe('SECURITY.md', () => {
  it('names every attack and every fault', () => {
    const attacks = Array.from({ length: 48 }, (_, index) => `A${index + 1}`);
    const faults = Array.from({ length: 36 }, (_, index) => `F${index + 1}`);
    expect(rows.map(({ id }) => id)).toEqual([...attacks, ...faults]);
  });

  it.each(rows)('$id: its guard is there, and a test that names it', ({ id, guard, test }) => {
    for (const path of pathsIn(guard)) expect(existsSync(path ?? '')).toBe(true);
    const [file = ''] = pathsIn(test);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`\\b${id}\\b`));
  });
});
