// The command `emulator`: runs a provider's emulated API until it is interrupted.

import { parseArgs } from 'node:util';
import type { Message } from '../emulator/index.js';
import type { Command } from './command.js';
import { type EmulatorSetup, type ListenAddress, providers } from './emulator-providers.js';
import type { Terminal } from './terminal.js';

const names = [...providers.keys()].join(', ');

const usage = `passport-modica-2fa emulator [options]

Emulates Modica's 2FA REST API, or another provider's, on this machine. Sends no SMS: each message
is printed as one line on standard output. The values below are the defaults.

  --provider modica      the API to emulate: ${names}
  --port 4010            the port to listen on; 0 picks a free one
  --host 127.0.0.1       the address to listen on

${[...providers.values()].map((provider) => provider.usage).join('\n\n')}`;

export const emulator: Command = {
  usage,
  async run(args, terminal) {
    const setup = configure(args);
    if (typeof setup === 'string') {
      terminal.error(`${setup}\n\n${usage}`);
      return 2;
    }
    return serve(setup, terminal);
  },
};

/** Returns the emulator that the arguments select, or an error message. */
function configure(args: readonly string[]): EmulatorSetup | string {
  const options = { provider: { type: 'string', default: 'modica' } } as const;
  // Not strict: the provider checks all arguments, because its own options are among them.
  const { values } = parseArgs({ args: [...args], options, strict: false });
  const provider = providers.get(values.provider);
  if (provider === undefined) return `--provider: must be one of ${names}`;
  return provider.configure(args);
}

async function serve(setup: EmulatorSetup, terminal: Terminal): Promise<number> {
  const { api, emulator, address } = setup;
  emulator.on('message', (message) => terminal.out(formatMessage(message)));
  try {
    await emulator.start(address.port, address.host);
  } catch (error) {
    terminal.error(listenErrorMessage(error, address));
    return 1;
  }
  terminal.out(`Emulating ${api}. Environment variables for your app:`);
  for (const [name, value] of Object.entries(setup.environment())) {
    terminal.out(`export ${name}=${value}`);
  }
  terminal.out('Messages appear below. Press Ctrl-C to stop.');
  await terminal.interrupted;
  await emulator.stop();
  return 0;
}

/** One line, even for a multi-line text; the code comes last, so that scripts can extract it. */
export function formatMessage({ to, text, code, sentAt }: Message): string {
  return `${sentAt.toISOString()} to=${to} text=${JSON.stringify(text)} code=${code}`;
}

export function listenErrorMessage(error: unknown, { host, port }: ListenAddress): string {
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = isInUse
    ? 'the port is in use. Stop the process that uses it, or choose another port with --port'
    : String(error);
  return `Cannot listen on ${host}:${port}: ${reason}`;
}
