import { calibrate } from './calibrate/calibrate.js';
import type { Command, Environment } from './command.js';
import { emulator } from './emulator.js';
import type { Terminal } from './terminal.js';

const commands: ReadonlyMap<string | undefined, Command> = new Map([
  ['calibrate', calibrate],
  ['emulator', emulator],
]);

const usage = `passport-modica-2fa <command>

  calibrate   asks your account at Modica, with one SMS, for the words that its API answers
  emulator    Modica's 2FA REST API on this machine, for tests and development; Infobip's and Nexmo's
  help        this text; 'help emulator' for the options of a command`;

/** Runs a command. Returns the exit code: 0 done, 1 failed, 2 not understood. */
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
    terminal.error(name === undefined ? usage : `There is no command "${name}".\n\n${usage}`);
    return 2;
  }
  if (args.includes('--help')) {
    terminal.out(command.usage);
    return 0;
  }
  return command.run(args, terminal, environment);
}
