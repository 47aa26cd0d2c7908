import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import {
  createTableStatements,
  dialects,
  tableMissing,
  tableOf,
  tableOutdated,
} from '../../../../lib/storage/sql/table.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const longest = 'a'.repeat(63);

describe('The name of the table', () => {
  it.each([
    ['postgres', '"shop"."Logins_2"', '"Logins_2_expires_at"'],
    ['mysql', '`shop`.`Logins_2`', '`Logins_2_expires_at`'],
    ['sqlite', '"shop"."Logins_2"', '"Logins_2_expires_at"'],
  ] as const)('is quoted, with its schema, in %s', (dialect, name, expiryIndex) => {
    const table = tableOf(dialect, { table: 'Logins_2', schema: 'shop' });
    expect(table).toMatchObject({ name, expiryIndex });
  });

  it.each(dialects)('is passport_modica_2fa in the schema of the connection, in %s', (dialect) => {
    for (const options of [undefined, {}, { table: undefined, schema: undefined }]) {
      expect(tableOf(dialect, options).name.slice(1, -1)).toBe('passport_modica_2fa');
    }
  });

  it('may be as long as PostgreSQL allows, and so may that of the index', () => {
    const { name, expiryIndex } = tableOf('postgres', { table: longest });
    expect(name).toBe(`"${longest}"`);
    expect(expiryIndex).toBe(`"${'a'.repeat(52)}_expires_at"`);
    expect(expiryIndex).toHaveLength(65);
  });

  it.each([
    [{ table: `${longest}a` }, '"table"'],
    [{ table: '' }, '"table"'],
    [{ table: '2fa' }, '"table"'],
    [{ table: 'logins"; DROP TABLE users; --' }, '"table"'],
    [{ table: 'a.b' }, '"table"'],
    [{ table: 'zoë' }, '"table"'],
    [{ table: 'a\n' }, '"table"'],
    [{ schema: 'a b' }, '"schema"'],
    [{ schema: '' }, '"schema"'],
  ])('is refused unless it is letters, digits and underscores: %j', async (options, option) => {
    const error = await thrownBy(ConfigurationError, () => tableOf('postgres', options));
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(`${option} must be a name of letters, digits and underscores`);
  });

  it('is refused under a misspelt option', async () => {
    const options: object = { tabel: 'logins' };
    const error = await thrownBy(ConfigurationError, () => tableOf('postgres', options));
    expect(error.message).toContain('Did you mean "table"?');
  });
});

describe.each(dialects)('The statements that create the table in %s', (dialect) => {
  const table = tableOf(dialect, { table: 'logins', schema: 'shop' });
  const statements = createTableStatements(table);

  it('create nothing where the table is there already', () => {
    for (const statement of statements) {
      expect(statement).toMatch(/^CREATE (TABLE|INDEX) IF NOT EXISTS /);
    }
    expect(statements[0]).toContain(`CREATE TABLE IF NOT EXISTS ${table.name} (`);
  });

  it('make an index by which expired rows are found', () => {
    const definition = statements.join('\n');
    expect(definition).toContain(table.expiryIndex);
    expect(definition).toMatch(/\(expires_at\)/);
  });
});

describe('The error of a table', () => {
  it.each(dialects)('names the table and the dialect whose statements create it: %s', (dialect) => {
    const table = tableOf(dialect);
    for (const error of [tableMissing(table), tableOutdated(table, 'is old')]) {
      expect(error.message).toContain(table.name);
      expect(error.hint).toContain(`npx passport-modica-2fa sql --dialect ${dialect} `);
      expect(error).not.toHaveProperty('cause');
    }
  });

  it('A18: has a cause of name, code and message only', () => {
    const cause = Object.assign(new Error('null value in column "extra"'), {
      code: '23502',
      detail: 'Failing row contains (passport-modica-2fa:challenge:a, +64211111111).',
    });
    const error = tableOutdated(tableOf('postgres'), 'is old', cause);
    expect(error.cause).toMatchObject({ message: cause.message, code: '23502' });
    expect(error.cause).not.toHaveProperty('detail');
  });
});
