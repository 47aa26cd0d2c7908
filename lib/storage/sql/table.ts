// The table of challenges and counters: its name, its definition and its check.
import { z } from 'zod';
import { plainCause, StoreError } from '../../errors.js';
import { parseOptions } from '../../options/parse.js';

/** Where the table is. */
export interface TableOptions {
  /**
   * Name of the table: letters, digits and underscores, at most 63. Two apps that share a database need a
   * table each, unless they share their users.
   * @default 'passport_modica_2fa'
   */
  table?: string | undefined;
  /**
   * Schema of the table in PostgreSQL, database in MySQL, attached database in SQLite.
   * @default that of the connection
   */
  schema?: string | undefined;
}

export const dialects = ['postgres', 'mysql', 'sqlite'] as const;

export type Dialect = (typeof dialects)[number];

const identifier = z
  .string()
  .regex(/^[A-Za-z_]\w{0,62}$/, 'must be a name of letters, digits and underscores, at most 63');

export const tableNames = z.strictObject({
  table: identifier.default('passport_modica_2fa'),
  schema: identifier.optional(),
});

/** A table as statements name it. */
export interface Table {
  readonly dialect: Dialect;
  /** Quoted, with its schema. */
  readonly name: string;
  /** Quoted, without its schema. */
  readonly ownName: string;
  /** The quoted schema and a dot, or nothing. */
  readonly schemaPrefix: string;
  readonly expiryIndex: string;
}

/** What is wrong with a table: there is none, or it is another version's. */
export type TableProblem = 'missing' | 'outdated';

/** @throws {ConfigurationError} `option_invalid` */
export function tableOf(dialect: Dialect, options: TableOptions = {}): Table {
  const { table, schema } = parseOptions(tableNames, options);
  const quoted = (name: string) => (dialect === 'mysql' ? `\`${name}\`` : `"${name}"`);
  const schemaPrefix = schema === undefined ? '' : `${quoted(schema)}.`;
  return {
    dialect,
    name: schemaPrefix + quoted(table),
    ownName: quoted(table),
    schemaPrefix,
    expiryIndex: quoted(`${table.slice(0, 52)}_expires_at`),
  };
}

/**
 * The statements that create the table where there is none. Keys are compared by their bytes: a collation
 * that ignores case would take one key for another.
 */
export function createTableStatements(table: Table): readonly string[] {
  return definitions[table.dialect](table);
}

const definitions: Readonly<Record<Dialect, (table: Table) => readonly string[]>> = {
  postgres: ({ name, expiryIndex }) => [
    `CREATE TABLE IF NOT EXISTS ${name} (
  storage_key text COLLATE "C" PRIMARY KEY,
  value text,
  points bigint,
  expires_at bigint NOT NULL -- milliseconds since 1970
)`,
    `CREATE INDEX IF NOT EXISTS ${expiryIndex} ON ${name} (expires_at)`,
  ],
  mysql: ({ name, expiryIndex }) => [
    `CREATE TABLE IF NOT EXISTS ${name} (
  storage_key varchar(255) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  value mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  points bigint,
  expires_at bigint NOT NULL, -- milliseconds since 1970
  INDEX ${expiryIndex} (expires_at)
) ENGINE = InnoDB`,
  ],
  sqlite: ({ name, ownName, schemaPrefix, expiryIndex }) => [
    `CREATE TABLE IF NOT EXISTS ${name} (
  storage_key text PRIMARY KEY,
  value text,
  points integer,
  expires_at integer NOT NULL -- milliseconds since 1970
) WITHOUT ROWID`,
    `CREATE INDEX IF NOT EXISTS ${schemaPrefix}${expiryIndex} ON ${ownName} (expires_at)`,
  ],
};

/**
 * Fails without the table or one of its columns, and finds one key instead of two where the column's
 * collation ignores case.
 */
export function checkStatement({ name }: Table): string {
  return `SELECT count(*) AS distinct_keys FROM (
    SELECT storage_key FROM ${name} WHERE value = '' AND points = 0 AND expires_at = 0 AND 1 = 0
    UNION SELECT 'a' UNION SELECT 'A'
  ) AS compared`;
}

/** Whether the rows are those of `checkStatement` on a table that keeps keys apart. */
export function keepsKeysApart(rows: unknown): boolean {
  const { success, data } = checkSchema.safeParse(rows);
  return success && Number(data[0].distinct_keys) === 2;
}

const checkSchema = z.tuple([z.object({ distinct_keys: z.coerce.number() })]);

const howToCreate = ({ dialect }: Table) =>
  `npx passport-modica-2fa sql --dialect ${dialect} prints the statements, and createTables runs them.`;

export function tableMissing(table: Table): StoreError {
  return new StoreError('table_missing', {
    problem: `The database has no table ${table.name}.`,
    hint: `Create it before the app starts: ${howToCreate(table)}`,
  });
}

export function tableNotCreated(table: Table, cause: unknown): StoreError {
  return new StoreError('table_missing', {
    problem: `The database has no table ${table.name}, and it could not be created.`,
    hint: `See the cause. Where the app's user must not create tables, let another one run the statements that npx passport-modica-2fa sql --dialect ${table.dialect} prints.`,
    cause: plainCause(cause),
  });
}

/** @param cause - The error that showed it. */
export function tableOutdated(table: Table, problem: string, cause?: unknown): StoreError {
  return new StoreError('table_outdated', {
    problem: `The table ${table.name} ${problem}.`,
    hint: `Drop it and create it again; logins in progress start again, and locks end. ${howToCreate(table)}`,
    cause: cause === undefined ? undefined : plainCause(cause),
  });
}
