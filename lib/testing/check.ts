import { inspect } from 'node:util';
import type { Memory } from '../options/memory.js';
import { ConformanceError } from './finding.js';

/** One thing that must hold of what it is given: a memory, or one memory seen from two processes. */
export interface Check<Given> {
  readonly name: string;
  look(given: Given): Promise<void>;
}

/** One memory, as two processes have it. */
export interface Both {
  readonly here: Memory;
  readonly there: Memory;
}

/** Runs a check on what is made for it. Whatever goes wrong ends in an error that explains itself. */
export async function runCheck<Given>(
  { look }: Check<Given>,
  make: () => Given | Promise<Given>,
): Promise<void> {
  try {
    await look(await make());
  } catch (thrown) {
    if (thrown instanceof ConformanceError) throw thrown;
    throw new ConformanceError(
      {
        seen: `an error, "${messageOf(thrown)}"`,
        expected: 'an answer',
        matters: 'while the store or the limiter fails, every login fails with it',
      },
      { cause: thrown },
    );
  }
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : inspect(thrown);
}
