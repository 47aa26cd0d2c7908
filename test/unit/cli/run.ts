import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../../lib/cli/command.js';
import { runProgram } from '../../../lib/cli/program.js';
import { createTerminal } from '../../../lib/cli/terminal.js';
import { closedGate } from '../../fixtures/gate.js';

interface RunOptions {
  readonly environment?: Environment;
  readonly isInteractive?: boolean;
}

/** Runs the program on streams of its own, which a test reads and writes like a user. */
export function run(
  args: readonly string[],
  { environment = {}, isInteractive = true }: RunOptions = {},
) {
  const interrupt = closedGate();
  onTestFinished(interrupt.open);
  const stdin = Object.assign(new PassThrough(), { isTTY: isInteractive });
  const [stdout, stderr] = [new Output(), new Output()];
  const terminal = createTerminal(
    { stdin, stdout: stdout.stream, stderr: stderr.stream },
    interrupt.opened,
  );
  return {
    stdin,
    stdout,
    stderr,
    exitCode: runProgram(args, terminal, environment),
    interrupt: interrupt.open,
    /** Standard output and standard error. */
    get output() {
      return stdout.text + stderr.text;
    },
    /** Waits for a question, and enters a line. */
    async answer(question: string, line: string): Promise<void> {
      await stderr.contains(question);
      stdin.write(`${line}\n`);
    },
  };
}

export type Run = ReturnType<typeof run>;

/** What the program has written to a stream. */
class Output {
  readonly stream = new PassThrough();
  text = '';

  constructor() {
    this.stream.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
    });
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Resolves when the text contains or matches the expected one. */
  async contains(expected: string | RegExp): Promise<void> {
    const isThere = () =>
      typeof expected === 'string' ? this.text.includes(expected) : expected.test(this.text);
    while (!isThere()) await once(this.stream, 'data');
  }
}
