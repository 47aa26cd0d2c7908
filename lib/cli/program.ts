// Dispatches to the commands.

import { calibrate } from './calibrate/calibrate.js';
import type { Command, Environment } from './command.js';
import { demo } from './demo.js';
import { emulator } from './emulator.js';
import { providers } from './emulator-providers.js';
import { sql } from './sql.js';
import type { Terminal } from './terminal.js';

const commands: ReadonlyMap<string | undefined, Command> = new Map([
  ['calibrate', calibrate],
  ['demo', demo],
  ['emulator', emulator],
  ['sql', sql],
]);

const usage = `passport-modica-2fa <command> [options]

  calibrate   finds out which values your Modica account replies with; sends one SMS
  demo        starts a login with an emulated phone on this machine, to try
  emulator    runs a local 2FA API (${[...providers.keys()].join(', ')}) for tests and development
  sql         prints the statements that create the table of storage in a database
  help        shows this text; 'help emulator' shows the options of a command`;

/** Runs a command. Returns the exit code: 0 for success, 1 for failure, 2 for invalid arguments. */
export async function runProgram(
  [name, ...args]: readonly string[],
  terminal: Terminal,
  environment: Environment,
): Promise<number> {
  if (name === 'help' || name === '--help') {
    terminal.out(commands.get(args[0])?.usage ?? usage);
    return 0;
  }
  const command = commands.get(name);
  if (command === undefined) {
    terminal.error(name === undefined ? usage : `Unknown command "${name}".\n\n${usage}`);
    return 2;
  }
  if (args.includes('--help')) {
    terminal.out(command.usage);
    return 0;
  }
  return command.run(args, terminal, environment);
}
