import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { forever, parseRows } from '../../../../lib/storage/sql/operation.js';

const row = { storage_key: 'key', value: '"value"', points: null, time_left: 1000 };

describe('Rows of a database', () => {
  it.each([
    ['numbers', 2, -3],
    ['strings', '2', '-3'],
    ['bigints', 2n, -3n],
  ])('have numbers, which come as %s', (_type, points, timeLeft) => {
    expect(parseRows([{ ...row, points, time_left: timeLeft }])).toEqual([
      { ...row, points: 2, time_left: -3 },
    ]);
  });

  it('have either a value or points', () => {
    expect(parseRows([row, { ...row, value: null, points: 1 }])).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['no list', { rows: [row] }],
    ['lists instead of objects', [['key', '"+64211111111"', null, 1000]]],
    ['a column less', [{ storage_key: 'key', value: '"+64211111111"', points: null }]],
    ['a value that the driver has parsed', [{ ...row, value: { destination: '+64211111111' } }]],
    ['a fraction as text', [{ ...row, value: '"+64211111111"', time_left: '1.5' }]],
    ['a float as text', [{ ...row, value: '"+64211111111"', time_left: '4.5e+15' }]],
    ['not a number', [{ ...row, value: '"+64211111111"', time_left: Number.NaN }]],
    ['no time', [{ ...row, value: '"+64211111111"', time_left: null }]],
  ])('A18: of another form are an error that quotes none of them: %s', (_form, rows) => {
    let thrown: unknown;
    try {
      parseRows(rows);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('64211111111');
  });
});

describe('Forever', () => {
  it('is exact in JavaScript, together with the time of today and of thousands of years', () => {
    const now = Date.parse('9999-12-31');
    expect(now + forever - now).toBe(forever);
    expect(Number.isSafeInteger(now + forever)).toBe(true);
  });
});
