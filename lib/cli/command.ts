import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { z } from 'zod';
import { asError } from '../errors.js';
import type { Terminal } from './terminal.js';

/** The variables of the process, which is where credentials are. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Command {
  readonly usage: string;
  /** Returns the exit code: 0 done, 1 failed, 2 not understood. */
  run(args: readonly string[], terminal: Terminal, environment: Environment): Promise<number>;
}

/** The options that the arguments give, or what is wrong with them. */
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
    // It repeats what it does not know, and that may be a telephone number.
    return asError(error).message.replace(/\d{4,}/g, '…');
  }
}
