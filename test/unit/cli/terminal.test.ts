import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createTerminal, processTerminal } from '../../../lib/cli/terminal.js';
import { closedGate } from '../../fixtures/gate.js';
import { captureWrites } from './capture-writes.js';

function someTerminal(isTTY?: boolean) {
  const stdin = Object.assign(new PassThrough(), isTTY === undefined ? {} : { isTTY });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const interrupt = closedGate();
  const terminal = createTerminal({ stdin, stdout, stderr }, interrupt.opened);
  return { ...terminal, stdin, stdout, stderr, interrupt: interrupt.open };
}

describe('The terminal', () => {
  it('writes messages to standard output and errors to standard error', () => {
    const [out, error] = [captureWrites(process.stdout), captureWrites(process.stderr)];
    const terminal = processTerminal();
    terminal.out('a message');
    terminal.error('a problem');
    expect([out, error]).toEqual([['a message\n'], ['a problem\n']]);
  });

  it('asks on standard error, because standard output may be redirected', async () => {
    const { ask, stdin, stdout, stderr } = someTerminal();
    stdin.write('an answer\n');
    expect(await ask('A question: ')).toBe('an answer');
    expect(String(stderr.read())).toBe('A question: ');
    expect(stdout.read()).toBeNull();
  });

  it('answers each question with one line, also when all lines arrive at once', async () => {
    const { ask, stdin } = someTerminal();
    stdin.end('one\r\n\ntwo');
    expect([
      await ask('1'),
      await ask('2'),
      await ask('3'),
      await ask('4'),
      await ask('5'),
    ]).toEqual(['one', '', 'two', undefined, undefined]);
  });

  it.each(['end', 'interrupt'] as const)(
    'resolves to undefined on %s, and starts a new line',
    async (ending) => {
      const { ask, stdin, stderr, interrupt } = someTerminal();
      const answer = ask('A question: ');
      if (ending === 'end') stdin.end();
      else interrupt();
      expect(await answer).toBeUndefined();
      expect(String(stderr.read())).toBe('A question: \n');
    },
  );

  it('reads the input only while it waits for an answer', async () => {
    const { ask, stdin } = someTerminal();
    const first = ask('1');
    expect(stdin.isPaused()).toBe(false);
    stdin.write('one\n');
    await first;
    expect(stdin.isPaused()).toBe(true);
    const second = ask('2');
    expect(stdin.isPaused()).toBe(false);
    stdin.write('two\n');
    expect(await second).toBe('two');
  });

  it.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])('with isTTY %j has isInteractive %j', (isTTY, attended) => {
    expect(someTerminal(isTTY).isInteractive).toBe(attended);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is interrupted by %s', async (signal) => {
    const { interrupted } = processTerminal();
    process.emit(signal);
    await expect(interrupted).resolves.toBeUndefined();
  });
});
