import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What the program reads from and writes to, and what ends it. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Asks, and resolves to the line that was entered; undefined when there is none to come (Ctrl-D). */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Whether somebody is there to be asked. */
  readonly isInteractive: boolean;
  /** Resolves when the user wants the program to end (Ctrl-C, or a signal to the process). */
  readonly interrupted: Promise<void>;
}

interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export function createTerminal(
  { stdin, stdout, stderr }: Streams,
  interrupted: Promise<void>,
): Terminal {
  const nextLine = lineReader(stdin);
  return {
    out: (line) => stdout.write(`${line}\n`),
    error: (line) => stderr.write(`${line}\n`),
    async ask(question) {
      // Standard output may go into a file, and nobody would see what is asked.
      stderr.write(question);
      stdin.resume();
      const line = await Promise.race([nextLine(), interrupted]);
      // An input that flows keeps the process from ending.
      stdin.pause();
      // What is written next does not belong behind the question.
      if (typeof line !== 'string') stderr.write('\n');
      return line ?? undefined;
    },
    isInteractive: stdin.isTTY === true,
    interrupted,
  };
}

/** The real one. */
export function processTerminal(): Terminal {
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  return createTerminal(process, interrupted);
}

/** One reader for all questions, for lines may come faster than they are asked for. */
function lineReader(input: Readable): () => Promise<string | undefined> {
  let lines: AsyncIterator<string> | undefined;
  return async () => {
    lines ??= createInterface({ input, terminal: false })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
}
