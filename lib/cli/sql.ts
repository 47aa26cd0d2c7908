// The command `sql`: prints the statements that create the table, for a migration of the app's own.

import { z } from 'zod';
import { createTableStatements, dialects, tableNames, tableOf } from '../storage/sql/table.js';
import { type Command, parseArguments } from './command.js';

const usage = `passport-modica-2fa sql --dialect postgres [options]

Prints the SQL that creates the table of challenges and counters. Make a migration of it; the app needs no
right to create tables.

  --dialect        ${dialects.join(', ')}
  --table          the name of the table; the default is passport_modica_2fa
  --schema         its schema in PostgreSQL, database in MySQL, attached database in SQLite`;

const options = tableNames.extend({
  dialect: z.enum(dialects, { error: `must be one of ${dialects.join(', ')}` }),
});

const types = {
  dialect: { type: 'string' },
  table: { type: 'string' },
  schema: { type: 'string' },
} as const;

export const sql: Command = {
  usage,
  async run(args, terminal) {
    const parsed = parseArguments(args, types, options);
    if (typeof parsed === 'string') {
      terminal.error(`${parsed}\n\n${usage}`);
      return 2;
    }
    const { dialect, ...names } = parsed;
    const statements = createTableStatements(tableOf(dialect, names));
    terminal.out(statements.map((statement) => `${statement};`).join('\n'));
    return 0;
  },
};
