import { emulatorUsage, runEmulator } from './emulator.js';
import type { Terminal } from './terminal.js';

const usage = `passport-modica-2fa <command>

  emulator    Modica's 2FA REST API on this machine, for tests and development
  help        this text; 'help emulator' for the options of a command`;

/** Runs a command. Returns the exit code: 0 done, 1 failed, 2 not understood. */
export async function runProgram(
  [command, ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  switch (command) {
    case 'emulator':
      if (args.includes('--help')) {
        terminal.out(emulatorUsage);
        return 0;
      }
      return runEmulator(args, terminal);
    case 'help':
    case '--help':
      terminal.out(args[0] === 'emulator' ? emulatorUsage : usage);
      return 0;
    default:
      terminal.error(
        command === undefined ? usage : `There is no command "${command}".\n\n${usage}`,
      );
      return 2;
  }
}
