import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf } from './pages.js';

/** Not a literal path: the bench has no types. */
const report = (name: string) => import(path.resolve('test/bench/report', name));

const { rows } = JSON.parse(textOf('test/bench/results.json'));

describe('docs/costs.md', () => {
  it('has the charts of what was measured last', async () => {
    const { costsChart } = await report('costs-chart.mjs');
    const { guardsChart } = await report('guards-chart.mjs');
    expect(textOf('docs/costs.svg')).toBe(costsChart(rows));
    expect(textOf('docs/guards.svg')).toBe(guardsChart(rows));
  });

  it('has the tables of what was measured last', async () => {
    const { linesOfCosts } = await report('side-by-side.mjs');
    const lines = textOf('docs/costs.md').split('\n');
    expect(lines).toEqual(expect.arrayContaining(linesOfCosts(rows)));
  });
});
