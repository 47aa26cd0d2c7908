import { describe, expect, it, onTestFinished } from 'vitest';
import { captureWrites } from './capture-writes.js';

describe('The executable', () => {
  it('runs the command of its arguments and sets the exit code', async () => {
    const [out, error] = [captureWrites(process.stdout), captureWrites(process.stderr)];
    const { argv, exitCode } = process;
    onTestFinished(() => {
      Object.assign(process, { argv, exitCode });
    });
    process.argv = ['node', 'passport-modica-2fa', 'emulate'];
    await import('../../../lib/cli/main.js');
    await expect.poll(() => process.exitCode).toBe(2);
    expect(out).toEqual([]);
    expect(error.join()).toContain('Unknown command "emulate"');
  });
});
