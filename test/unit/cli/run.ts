import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../../lib/cli/command.js';
import { runProgram } from '../../../lib/cli/program.js';
import { createTerminal } from '../../../lib/cli/terminal.js';
import { closedGate } from '../../fixtures/gate.js';

interface RunOptions {
  readonly environment?: Environment;
  /** False: standard input is no terminal. */
  readonly isInteractive?: boolean;
}

/** Runs the program on streams that a test reads and writes as a person does. */
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
    /** Everything, of both. */
    get shown() {
      return stdout.text + stderr.text;
    },
    /** Waits for the question, and enters a line. */
    async answer(question: string, line: string): Promise<void> {
      await stderr.contains(question);
      stdin.write(`${line}\n`);
    },
  };
}

export type Run = ReturnType<typeof run>;

/** What was written to a stream so far. */
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

  /** Waits until it is there. */
  async contains(expected: string | RegExp): Promise<void> {
    const isShown = () =>
      typeof expected === 'string' ? this.text.includes(expected) : expected.test(this.text);
    while (!isShown()) await once(this.stream, 'data');
  }
}
