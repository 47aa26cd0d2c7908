// Standard input and output of the program, injectable for tests.

import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Resolves to the line entered, or to undefined at the end of input or on an interrupt. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Whether standard input is a terminal. */
  readonly isInteractive: boolean;
  /** Resolves on Ctrl-C or a termination signal. */
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
      // Standard output may be redirected to a file, where the question would not be seen.
      stderr.write(question);
      stdin.resume();
      const line = await Promise.race([nextLine(), interrupted]);
      // A flowing input would keep the process alive.
      stdin.pause();
      // Without an answer the cursor is still behind the question.
      if (typeof line !== 'string') stderr.write('\n');
      return line ?? undefined;
    },
    isInteractive: stdin.isTTY === true,
    interrupted,
  };
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  return createTerminal(process, interrupted);
}

/** One reader for all questions: piped lines may arrive before they are asked for. */
function lineReader(input: Readable): () => Promise<string | undefined> {
  let lines: AsyncIterator<string> | undefined;
  return async () => {
    lines ??= createInterface({ input, terminal: false })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
}
