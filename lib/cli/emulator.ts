import { parseArgs } from 'node:util';
import type { Message } from '../emulator/index.js';
import type { Command } from './command.js';
import { type EmulatorSetup, type ListenAddress, providers } from './emulator-providers.js';
import type { Terminal } from './terminal.js';

const usage = `passport-modica-2fa emulator [options]

Modica's 2FA REST API on this machine, or another provider's. It sends no SMS: each one is a line on
standard output.

  --provider modica      whose API: modica, infobip or nexmo
  --port 4010            the port; 0 takes any that is free
  --host 127.0.0.1       the address to listen on

${[...providers.values()].map((provider) => provider.usage).join('\n\n')}`;

export const emulator: Command = {
  usage,
  async run(args, terminal) {
    const emulation = configure(args);
    if (typeof emulation === 'string') {
      terminal.error(`${emulation}\n\n${usage}`);
      return 2;
    }
    return serve(emulation, terminal);
  },
};

/** The emulator that the arguments ask for, or what is wrong with them. */
function configure(args: readonly string[]): EmulatorSetup | string {
  const options = { provider: { type: 'string', default: 'modica' } } as const;
  // What else there may be depends on the provider, which looks at all of them.
  const { values } = parseArgs({ args: [...args], options, strict: false });
  const provider = providers.get(values.provider);
  if (provider === undefined)
    return `--provider: must be one of ${[...providers.keys()].join(', ')}`;
  return provider.configure(args);
}

/** Runs until it is interrupted. */
async function serve(emulation: EmulatorSetup, terminal: Terminal): Promise<number> {
  const { emulator, address } = emulation;
  emulator.on('message', (message) => terminal.out(formatMessage(message)));
  try {
    await emulator.start(address.port, address.host);
  } catch (error) {
    terminal.error(listenErrorMessage(error, address));
    return 1;
  }
  terminal.out(`${emulation.api} is emulated on this machine:`);
  for (const [name, value] of Object.entries(emulation.environment())) {
    terminal.out(`export ${name}=${value}`);
  }
  terminal.out('Each SMS is a line below. Ctrl-C ends it.');
  await terminal.interrupted;
  await emulator.stop();
  return 0;
}

/** One line, whatever the text holds, with the code at its end for whoever cuts it out. */
function formatMessage({ to, text, code, sentAt }: Message): string {
  return `${sentAt.toISOString()} to=${to} text=${JSON.stringify(text)} code=${code}`;
}

function listenErrorMessage(error: unknown, { host, port }: ListenAddress): string {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = taken
    ? 'the port is taken: end what uses it, or choose another with --port'
    : String(error);
  return `Cannot listen on ${host}:${port}: ${reason}`;
}
