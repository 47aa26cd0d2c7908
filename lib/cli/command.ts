import type { Terminal } from './terminal.js';

/** The variables of the process, which is where credentials are. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Command {
  readonly usage: string;
  /** Returns the exit code: 0 done, 1 failed, 2 not understood. */
  run(args: readonly string[], terminal: Terminal, environment: Environment): Promise<number>;
}
