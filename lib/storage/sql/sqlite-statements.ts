// The statements of storage in SQLite, each on one row.
import type { Operation, OperationOf } from './operation.js';
import type { Table } from './table.js';

/** Values of the parameters of a statement. */
export type Values = readonly (string | number | null)[];

/** A statement that returns rows. */
export interface Statement {
  readonly text: string;
  readonly values: Values;
}

/**
 * Milliseconds since 1970; the same throughout a statement. A day of `julianday` is exact to 0.04 ms, so it is
 * rounded, not cut off. `unixepoch` knows milliseconds since SQLite 3.42 only.
 */
const now = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";

const row = `storage_key, value, points, expires_at - ${now} AS time_left`;

/** What each kind does to its row. */
const statements: {
  readonly [Kind in Operation['kind']]: (operation: OperationOf<Kind>, table: Table) => Statement;
} = {
  read: ({ key }, { name }) => ({
    text: `SELECT ${row} FROM ${name} WHERE storage_key = ? AND expires_at > ${now}`,
    values: [key],
  }),

  replace: ({ key, value, points, lifetime }, { name }) => ({
    text: `INSERT INTO ${name} (storage_key, value, points, expires_at) VALUES (?, ?, ?, ${now} + ?)
      ON CONFLICT (storage_key) DO UPDATE
      SET value = excluded.value, points = excluded.points, expires_at = excluded.expires_at
      RETURNING ${row}`,
    values: [key, value, points, lifetime],
  }),

  add: ({ key, points, lifetime }, { name }) => ({
    text: `INSERT INTO ${name} AS stored (storage_key, points, expires_at) VALUES (?, ?, ${now} + ?)
      ON CONFLICT (storage_key) DO UPDATE SET
        points = CASE WHEN stored.expires_at > ${now} THEN stored.points ELSE 0 END + excluded.points,
        expires_at = CASE WHEN stored.expires_at > ${now} THEN stored.expires_at ELSE excluded.expires_at END
      RETURNING ${row}`,
    values: [key, points, lifetime],
  }),

  takeBack: ({ key, points }, { name }) => ({
    text: `UPDATE ${name} SET
        points = points - ?,
        expires_at = CASE WHEN points > ? THEN expires_at ELSE 0 END
      WHERE storage_key = ? AND expires_at > ${now}
      RETURNING ${row}`,
    values: [points, points, key],
  }),

  delete: ({ key }, { name }) => ({
    text: `DELETE FROM ${name} WHERE storage_key = ? RETURNING ${row}`,
    values: [key],
  }),
};

export function statementOf<Kind extends Operation['kind']>(
  operation: OperationOf<Kind> & { readonly kind: Kind },
  table: Table,
): Statement {
  return statements[operation.kind](operation, table);
}

export function deleteExpiredStatement({ name }: Table, limit: number): Statement {
  return {
    text: `DELETE FROM ${name} WHERE storage_key IN (
      SELECT storage_key FROM ${name} WHERE expires_at <= ${now} LIMIT ?
    ) RETURNING storage_key`,
    values: [limit],
  };
}
