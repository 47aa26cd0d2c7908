import { parseArgs } from 'node:util';
import type { Message } from '../emulator/index.js';
import type { Command } from './command.js';
import { type Emulation, type Place, providers } from './emulator-providers.js';
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
    const emulation = emulate(args);
    if (typeof emulation === 'string') {
      terminal.error(`${emulation}\n\n${usage}`);
      return 2;
    }
    return serve(emulation, terminal);
  },
};

/** The emulator that the arguments ask for, or what is wrong with them. */
function emulate(args: readonly string[]): Emulation | string {
  const options = { provider: { type: 'string', default: 'modica' } } as const;
  // What else there may be depends on the provider, which looks at all of them.
  const { values } = parseArgs({ args: [...args], options, strict: false });
  const provider = providers.get(values.provider);
  if (provider === undefined)
    return `--provider: must be one of ${[...providers.keys()].join(', ')}`;
  return provider.emulate(args);
}

/** Runs until it is interrupted. */
async function serve(emulation: Emulation, terminal: Terminal): Promise<number> {
  const { emulator, place } = emulation;
  emulator.on('message', (message) => terminal.out(lineOf(message)));
  try {
    await emulator.start(place.port, place.host);
  } catch (error) {
    terminal.error(cannotListen(error, place));
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
function lineOf({ to, text, code, sentAt }: Message): string {
  return `${sentAt.toISOString()} to=${to} text=${JSON.stringify(text)} code=${code}`;
}

function cannotListen(error: unknown, { host, port }: Place): string {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = taken
    ? 'the port is taken: end what uses it, or choose another with --port'
    : String(error);
  return `Cannot listen on ${host}:${port}: ${reason}`;
}
