import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createModicaEmulator, type Message } from '../emulator/index.js';
import { asError } from '../errors.js';
import type { Terminal } from './terminal.js';

export const emulatorUsage = `passport-modica-2fa emulator [options]

Modica's 2FA REST API on this machine. It sends no SMS: each one is a line on standard output.

  --port 4010            the port; 0 takes any that is free
  --host 127.0.0.1       the address to listen on
  --username emulator    what Basic authentication must say
  --password emulator
  --wrong-code error     how a wrong code is answered: error (400) or status (201 with another
                         status); Modica's document leaves it open
  --code-length 6        digits of a code`;

const defaults = { username: 'emulator', password: 'emulator' };

const optionsSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
  username: z.string().min(1),
  password: z.string().min(1),
  'wrong-code': z.enum(['error', 'status']),
  'code-length': z.coerce.number().int().min(4).max(12),
});

/** Runs until it is interrupted. Returns the exit code. */
export async function runEmulator(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    terminal.error(`${options}\n\n${emulatorUsage}`);
    return 2;
  }
  const emulator = createModicaEmulator({
    username: options.username,
    password: options.password,
    wrongCode: options['wrong-code'],
    codeLength: options['code-length'],
  });
  emulator.on('message', (message) => terminal.out(lineOf(message)));
  try {
    await emulator.start(options.port, options.host);
  } catch (error) {
    terminal.error(cannotListen(error, options));
    return 1;
  }
  terminal.out("Modica's 2FA REST API is emulated on this machine:");
  terminal.out(`MODICA_BASE_URL=${emulator.url}`);
  terminal.out(`MODICA_USERNAME=${options.username}`);
  // One that was given is not repeated on a screen.
  const given = options.password !== defaults.password;
  terminal.out(`MODICA_PASSWORD=${given ? '(the one you gave)' : defaults.password}`);
  terminal.out('Each SMS is a line below. Ctrl-C ends it.');
  await terminal.interrupted;
  await emulator.stop();
  return 0;
}

type Options = z.output<typeof optionsSchema>;

/** The options, or what is wrong with them. */
function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4010' },
        host: { type: 'string', default: '127.0.0.1' },
        username: { type: 'string', default: defaults.username },
        password: { type: 'string', default: defaults.password },
        'wrong-code': { type: 'string', default: 'error' },
        'code-length': { type: 'string', default: '6' },
      },
    });
    const parsed = optionsSchema.safeParse(values);
    if (parsed.success) return parsed.data;
    return parsed.error.issues
      .map(({ path, message }) => `--${path.join('.')}: ${message}`)
      .join('\n');
  } catch (error) {
    return asError(error).message;
  }
}

/** One line, whatever the text holds, with the code at its end for whoever cuts it out. */
function lineOf({ to, text, code, sentAt }: Message): string {
  return `${sentAt.toISOString()} to=${to} text=${JSON.stringify(text)} code=${code}`;
}

function cannotListen(error: unknown, { host, port }: Options): string {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = taken
    ? 'the port is taken: end what uses it, or choose another with --port'
    : String(error);
  return `Cannot listen on ${host}:${port}: ${reason}`;
}
