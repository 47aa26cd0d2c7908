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
  it('writes lines to standard output, and what is wrong to standard error', () => {
    const [out, error] = [captureWrites(process.stdout), captureWrites(process.stderr)];
    const terminal = processTerminal();
    terminal.out('a message');
    terminal.error('a problem');
    expect([out, error]).toEqual([['a message\n'], ['a problem\n']]);
  });

  it('asks on standard error, for standard output may go into a file', async () => {
    const { ask, stdin, stdout, stderr } = someTerminal();
    stdin.write('an answer\n');
    expect(await ask('A question: ')).toBe('an answer');
    expect(String(stderr.read())).toBe('A question: ');
    expect(stdout.read()).toBeNull();
  });

  it('gives each question a line, also when they came all at once', async () => {
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
    'has no answer when there is an %s, and begins a new line',
    async (ending) => {
      const { ask, stdin, stderr, interrupt } = someTerminal();
      const answer = ask('A question: ');
      if (ending === 'end') stdin.end();
      else interrupt();
      expect(await answer).toBeUndefined();
      expect(String(stderr.read())).toBe('A question: \n');
    },
  );

  it('lets the input flow only while it waits for an answer', async () => {
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
  ])('with isTTY %j: somebody is there to be asked: %j', (isTTY, attended) => {
    expect(someTerminal(isTTY).isInteractive).toBe(attended);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is interrupted by %s', async (signal) => {
    const { interrupted } = processTerminal();
    process.emit(signal);
    await expect(interrupted).resolves.toBeUndefined();
  });
});
