// The contract of the program's commands, and the parser of their arguments.

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { z } from 'zod';
import { asError } from '../errors.js';
import type { Terminal } from './terminal.js';

export interface Command {
  readonly usage: string;
  /** Returns the exit code: 0 for success, 1 for failure, 2 for invalid arguments. */
  run(args: readonly string[], terminal: Terminal, environment: Environment): Promise<number>;
}

/** Environment variables; credentials are read from here, never from arguments. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the parsed options, or an error message. */
export function parseArguments<Options extends object>(
  args: readonly string[],
  options: ParseArgsConfig['options'],
  schema: z.ZodType<Options>,
): Options | string {
  try {
    const { values } = parseArgs({ args: [...args], options });
    const parsed = schema.safeParse(values);
    if (parsed.success) return parsed.data;
    return parsed.error.issues
      .map(({ path, message }) => `--${path.join('.')}: ${message}`)
      .join('\n');
  } catch (error) {
    // Node quotes the unexpected argument, which may be a phone number.
    return asError(error).message.replace(/\d{4,}/g, '…');
  }
}
