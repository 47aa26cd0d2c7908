import { describe, expect, it } from 'vitest';
import { createTableStatements, dialects, tableOf } from '../../../lib/storage/sql/table.js';
import { run } from './run.js';

describe('passport-modica-2fa sql', () => {
  it.each(dialects)('prints the statements that create the table in %s', async (dialect) => {
    const program = run(['sql', '--dialect', dialect]);
    expect(await program.exitCode).toBe(0);
    const statements = createTableStatements(tableOf(dialect));
    expect(program.stdout.text).toBe(`${statements.join(';\n')};\n`);
    expect(program.stderr.text).toBe('');
  });

  it('prints them for a table and a schema of another name', async () => {
    const names = { table: 'logins', schema: 'shop' };
    const program = run(['sql', '--dialect', 'postgres', '--table', 'logins', '--schema', 'shop']);
    expect(await program.exitCode).toBe(0);
    expect(program.stdout.text).toContain(createTableStatements(tableOf('postgres', names))[0]);
  });

  it.each([
    [[], '--dialect: must be one of postgres, mysql, sqlite'],
    [['--dialect', 'oracle'], '--dialect: must be one of postgres, mysql, sqlite'],
    [['--dialect', 'mysql', '--table', 'a b'], '--table: must be a name of letters'],
    [['--dialect', 'mysql', '--schema', '"'], '--schema: must be a name of letters'],
    [['--dialect', 'mysql', '--tabel', 'a'], '--tabel'],
    [['postgres'], 'postgres'],
  ])('exits with 2 and shows the usage for %j', async (args, problem) => {
    const program = run(['sql', ...args]);
    expect(await program.exitCode).toBe(2);
    expect(program.stderr.text).toContain(problem);
    expect(program.stderr.text).toContain('passport-modica-2fa sql --dialect postgres [options]');
    expect(program.stdout.text).toBe('');
  });
});
