// The statements of storage in MySQL and MariaDB.
import type { Operation, Write } from './operation.js';
import type { Table } from './table.js';

/** Milliseconds since 1970, when the statement began. NOW() has an hour twice where summer time ends. */
const now = "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)";

const isAlive = `expires_at > ${now}`;

/**
 * A value in hexadecimal digits, so that no `sql_mode` (NO_BACKSLASH_ESCAPES) and no character set of the
 * connection changes what it means. Prepared statements would do too, but a server has a limited number of
 * them (`max_prepared_stmt_count`) for all connections of all apps.
 */
const literal = (charset: 'ascii' | 'utf8mb4', text: string) =>
  `_${charset} X'${Buffer.from(text).toString('hex')}'`;

/** @throws {RangeError} unless it is an integer */
const integer = (value: number) => String(BigInt(value));

const keyLiteral = (key: string) => literal('ascii', key);

/** Selects the rows of all operations, whether their time is over or not. */
export function readStatement(operations: readonly Operation[], { name }: Table): string {
  return `SELECT storage_key, HEX(value) AS value, points, expires_at - ${now} AS time_left
    FROM ${name} WHERE storage_key IN (${operations.map(({ key }) => keyLiteral(key)).join(', ')})`;
}

/** Expressions for the columns of a row. */
interface Columns {
  readonly value: string;
  readonly points: string;
  readonly expires_at: string;
}

interface Effect {
  readonly inserted: Columns;
  /** In a row that is there. `expires_at` is set after `points`, and sees their new value. */
  readonly updated: Columns;
}

/** A row that is over, and was before: one that an operation has ended has points. */
const ended: Columns = { value: 'NULL', points: 'NULL', expires_at: '0' };

function effectOf(write: Write): Effect {
  switch (write.kind) {
    case 'replace': {
      const { value, points, lifetime } = write;
      const columns: Columns = {
        value: value === null ? 'NULL' : literal('utf8mb4', value),
        points: points === null ? 'NULL' : integer(points),
        expires_at: `${now} + ${integer(lifetime)}`,
      };
      return { inserted: columns, updated: columns };
    }
    case 'add': {
      const points = integer(write.points);
      const expires_at = `${now} + ${integer(write.lifetime)}`;
      const updated: Columns = {
        value: 'NULL',
        points: `IF(${isAlive}, points, 0) + ${points}`,
        expires_at: `IF(${isAlive}, expires_at, ${expires_at})`,
      };
      return { inserted: { value: 'NULL', points, expires_at }, updated };
    }
    case 'takeBack': {
      const points = `IF(${isAlive}, points - ${integer(write.points)}, NULL)`;
      const updated: Columns = {
        value: 'NULL',
        points,
        expires_at: 'IF(points > 0, expires_at, 0)',
      };
      return { inserted: ended, updated };
    }
    case 'delete': {
      const timeLeft = `IF(${isAlive}, expires_at - ${now}, NULL)`;
      return { inserted: ended, updated: { ...ended, points: timeLeft } };
    }
  }
}

/**
 * One statement for all kinds. A row that is deleted or taken back stays, without its value, until expired
 * rows are deleted: to delete a row that is not there, InnoDB locks the gap where it would be, and two
 * transactions that insert there wait for each other (MySQL, 'InnoDB Locking').
 */
export function writeStatement(writes: readonly Write[], { name }: Table): string {
  const rows = writes
    // In one order for all statements, in which they lock the rows, so that no two wait for each other.
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map((write) => ({ key: keyLiteral(write.key), ...effectOf(write) }));
  const tuples = rows.map(
    ({ key, inserted: { value, points, expires_at } }) =>
      `(${[key, value, points, expires_at].join(', ')})`,
  );
  const assignments = (['value', 'points', 'expires_at'] as const).map((column) => {
    const cases = rows.map(({ key, updated }) => `WHEN ${key} THEN ${updated[column]}`);
    return `${column} = CASE storage_key ${cases.join(' ')} END`;
  });
  return `INSERT INTO ${name} (storage_key, value, points, expires_at) VALUES ${tuples.join(', ')}
    ON DUPLICATE KEY UPDATE ${assignments.join(', ')}`;
}

export function expiredKeysStatement({ name }: Table, limit: number): string {
  return `SELECT storage_key FROM ${name} WHERE expires_at <= ${now} LIMIT ${integer(limit)}`;
}

/** The sum keeps InnoDB from locking the index of times before the rows, which is the order of no other statement. */
export function deleteExpiredStatement({ name }: Table, keys: readonly string[]): string {
  return `DELETE FROM ${name}
    WHERE storage_key IN (${keys.map(keyLiteral).join(', ')}) AND expires_at + 0 <= ${now}`;
}

/** Selects the columns that are as they must be, and those of a primary key. */
export function columnsStatement({ name }: Table): string {
  return `SHOW COLUMNS FROM ${name} WHERE \`Key\` = 'PRI'
    OR Field IN ('points', 'expires_at') AND Type LIKE 'bigint%' AND Type NOT LIKE '%unsigned%'`;
}
