// The statements of storage in PostgreSQL.
import { hash } from 'node:crypto';
import { isWrite, type Operation, type OperationOf } from './operation.js';
import type { Table } from './table.js';

/** Milliseconds since 1970 at this moment, and not when the statement began: it may have waited for a row. */
const now = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** When the statement began: an index can be searched for it, but not for the time at each row (PostgreSQL, 38.7). */
const startOfStatement = 'floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint';

/** The columns of a row; numbers as text, because apps parse numeric types in many ways. */
const row = `stored.storage_key, stored.value, stored.points::text AS points,
  (stored.expires_at - ${now})::text AS time_left`;

/** Names one property of all rows, as an array to select from. */
type Parameter = <Row>(
  type: 'text' | 'bigint' | 'integer',
  rows: readonly Row[],
  property: keyof Row,
) => string;

interface Context {
  readonly name: string;
  readonly parameter: Parameter;
  /** Always true, and asked after the rows to be written are locked. */
  readonly locked: string;
}

/** What each kind does to the rows of its operations. */
const parts: {
  readonly [Kind in Operation['kind']]: (
    operations: readonly OperationOf<Kind>[],
    context: Context,
  ) => string;
} = {
  read: (operations, { name, parameter }) => `
    SELECT ${row} FROM ${name} AS stored
    WHERE storage_key = ANY (${parameter('text', operations, 'key')}) AND expires_at > ${now}`,

  replace: (operations, { name, parameter, locked }) => `
    INSERT INTO ${name} AS stored (storage_key, value, points, expires_at)
    SELECT storage_key, value, points, ${now} + lifetime FROM unnest(
      ${parameter('text', operations, 'key')},
      ${parameter('text', operations, 'value')},
      ${parameter('bigint', operations, 'points')},
      ${parameter('bigint', operations, 'lifetime')}
    ) AS asked (storage_key, value, points, lifetime) WHERE ${locked}
    ON CONFLICT (storage_key) DO UPDATE
    SET value = excluded.value, points = excluded.points, expires_at = excluded.expires_at
    RETURNING ${row}`,

  add: (operations, { name, parameter, locked }) => `
    INSERT INTO ${name} AS stored (storage_key, points, expires_at)
    SELECT storage_key, points, ${now} + lifetime FROM unnest(
      ${parameter('text', operations, 'key')},
      ${parameter('bigint', operations, 'points')},
      ${parameter('bigint', operations, 'lifetime')}
    ) AS asked (storage_key, points, lifetime) WHERE ${locked}
    ON CONFLICT (storage_key) DO UPDATE SET
      points = CASE WHEN stored.expires_at > ${now} THEN stored.points ELSE 0 END + excluded.points,
      expires_at = CASE WHEN stored.expires_at > ${now} THEN stored.expires_at ELSE excluded.expires_at END
    RETURNING ${row}`,

  takeBack: (operations, { name, parameter, locked }) => `
    UPDATE ${name} AS stored SET
      points = stored.points - asked.points,
      expires_at = CASE WHEN stored.points > asked.points THEN stored.expires_at ELSE 0 END
    FROM unnest(
      ${parameter('text', operations, 'key')},
      ${parameter('bigint', operations, 'points')}
    ) AS asked (storage_key, points)
    WHERE stored.storage_key = asked.storage_key AND stored.expires_at > ${now} AND ${locked}
    RETURNING ${row}`,

  delete: (operations, { name, parameter, locked }) => `
    DELETE FROM ${name} AS stored
    WHERE storage_key = ANY (${parameter('text', operations, 'key')}) AND ${locked}
    RETURNING ${row}`,
};

/**
 * Makes one statement of all operations. Its parts see the rows as they were before it (PostgreSQL, 7.8.4),
 * so no two operations may be on the same row.
 */
export function statementOf(operations: readonly Operation[], { name }: Table) {
  const values: unknown[] = [];
  const parameter: Parameter = (type, rows, property) =>
    `$${values.push(rows.map((each) => each[property]))}::${type}[]`;
  const written = operations.filter(isWrite);
  // A single row waits for nothing else.
  const locks = written.length < 2 ? [] : [lockOf(written, parameter)];
  const locked = locks.length === 0 ? 'true' : '(SELECT count(*) FROM locked) >= 0';
  const kinds = partsOf(operations, { name, parameter, locked });
  const clauses = kinds.map(([kind, text]) => `${kind}_rows AS (${text})`);
  const results = kinds.map(([kind]) => `SELECT * FROM ${kind}_rows`);
  return {
    text: `WITH ${[...locks, ...clauses].join(',\n')}\n${results.join(' UNION ALL ')}`,
    values,
  };
}

/**
 * Takes a lock for each row, in one order for all statements, so that no two wait for each other. Locks on the
 * rows themselves would not do: a row that is not there yet has none.
 */
const lockOf = (written: readonly Operation[], parameter: Parameter) => `
  locked AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(${lockSpace}, number)
    FROM unnest(${parameter('integer', locksOf(written), 'number')}) AS asked (number)
  )`;

/** The first of the two numbers of an advisory lock, which an app's own must not have. */
const lockSpace = 1_297_236_530;

function locksOf(written: readonly Operation[]) {
  return written
    .map(({ key }) => ({ number: hash('sha256', key, 'buffer').readInt32BE() }))
    .sort((one, other) => one.number - other.number);
}

function partsOf(operations: readonly Operation[], context: Context) {
  const part = <Kind extends Operation['kind']>(kind: Kind): readonly [Kind, string][] => {
    const own = operations.filter((each): each is OperationOf<Kind> => each.kind === kind);
    return own.length === 0 ? [] : [[kind, parts[kind](own, context)]];
  };
  return [
    ...part('read'),
    ...part('replace'),
    ...part('add'),
    ...part('takeBack'),
    ...part('delete'),
  ];
}

/**
 * Leaves rows alone that a login has locked. The array is selected once; `IN` may be planned as a join that
 * selects again for each row, and deletes more than the limit.
 */
export function deleteExpiredStatement({ name }: Table): string {
  return `DELETE FROM ${name} WHERE storage_key = ANY (ARRAY(
    SELECT storage_key FROM ${name} WHERE expires_at <= ${startOfStatement} LIMIT $1 FOR UPDATE SKIP LOCKED
  ))`;
}
