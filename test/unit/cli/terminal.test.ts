import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { processTerminal } from '../../../lib/cli/terminal.js';

/** What is written to a stream of this process until the test ends. */
function written(stream: NodeJS.WriteStream): string[] {
  const texts: string[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return texts;
}

describe('The terminal', () => {
  it('writes lines to standard output, and what is wrong to standard error', () => {
    const [out, error] = [written(process.stdout), written(process.stderr)];
    const terminal = processTerminal();
    terminal.out('a message');
    terminal.error('a problem');
    expect([out, error]).toEqual([['a message\n'], ['a problem\n']]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is interrupted by %s', async (signal) => {
    const { interrupted } = processTerminal();
    process.emit(signal);
    await expect(interrupted).resolves.toBeUndefined();
  });
});

describe('The command', () => {
  it('runs what its arguments say, and leaves its exit code', async () => {
    const [out, error] = [written(process.stdout), written(process.stderr)];
    const { argv, exitCode } = process;
    onTestFinished(() => {
      Object.assign(process, { argv, exitCode });
    });
    process.argv = ['node', 'passport-modica-2fa', 'emulate'];
    await import('../../../lib/cli.js');
    await vi.waitFor(() => expect(process.exitCode).toBe(2));
    expect(out).toEqual([]);
    expect(error.join()).toContain('There is no command "emulate"');
  });
});
