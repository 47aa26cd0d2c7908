import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../lib/storage/sql/operation.js';
import { statementOf } from '../../../../lib/storage/sql/postgres-statements.js';
import { tableOf } from '../../../../lib/storage/sql/table.js';

const table = tableOf('postgres', { table: 'logins', schema: 'shop' });

const operations: readonly Operation[] = [
  { kind: 'read', key: 'a' },
  { kind: 'replace', key: 'b', value: '"v"', points: null, lifetime: 1000 },
  { kind: 'replace', key: 'c', value: null, points: 3, lifetime: 2000 },
  { kind: 'add', key: 'd', points: 1, lifetime: 3000 },
  { kind: 'takeBack', key: 'e', points: 2 },
  { kind: 'delete', key: 'f' },
  { kind: 'read', key: 'g' },
];

/** The numbers of the locks, which are the first parameter. */
const locksOf = (...some: readonly Operation[]) => statementOf(some, table).values[0];

describe('A statement for PostgreSQL', () => {
  it('has one part for each kind of operation, and a parameter for each of their columns', () => {
    const { text, values } = statementOf(operations, table);
    expect(values.slice(1)).toEqual([
      ['a', 'g'],
      ['b', 'c'],
      ['"v"', null],
      [null, 3],
      [1000, 2000],
      ['d'],
      [1],
      [3000],
      ['e'],
      [2],
      ['f'],
    ]);
    expect(text.match(/\$\d+/g)).toEqual(values.map((_, index) => `$${index + 1}`));
    expect(text.match(/\w+_rows(?= AS)/g)).toEqual([
      'read_rows',
      'replace_rows',
      'add_rows',
      'takeBack_rows',
      'delete_rows',
    ]);
  });

  it('names the table with its schema wherever it names it, and contains no value', () => {
    const { text } = statementOf(operations, table);
    expect(text.match(/"shop"\."logins"/g)).toHaveLength(5);
    expect(text).not.toMatch(/'|\blogins\b(?!")/);
  });

  it('is the same for any keys and values, so that the server may keep its plan', () => {
    const others = operations.map((operation) => ({ ...operation, key: `other ${operation.key}` }));
    expect(statementOf(others, table).text).toBe(statementOf(operations, table).text);
  });

  it('locks the rows that it writes in one order, whatever order they are asked in', () => {
    const locks = locksOf(...operations);
    expect(locks).toHaveLength(5);
    expect(locks).toEqual(locksOf(...operations.toReversed()));
    expect(Array.isArray(locks) && locks.toSorted((one, other) => one - other)).toEqual(locks);
  });

  it('locks no rows that it only reads, and none if it writes a single one', () => {
    const [read, replace, , , , remove, otherRead] = operations;
    if (!(read && replace && remove && otherRead)) throw new Error('Operations are missing');
    for (const some of [[read], [read, otherRead], [replace], [read, remove]]) {
      expect(statementOf(some, table).text).not.toContain('advisory');
    }
    expect(statementOf([replace, remove], table).text).toContain('pg_advisory_xact_lock');
  });
});
