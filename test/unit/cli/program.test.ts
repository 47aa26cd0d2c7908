import { describe, expect, it } from 'vitest';
import { providers } from '../../../lib/cli/emulator-providers.js';
import { run } from './run.js';

describe('passport-modica-2fa', () => {
  it.each([
    [['help'], 'passport-modica-2fa <command>'],
    [['--help'], 'passport-modica-2fa <command>'],
    [['help', 'nonsense'], 'passport-modica-2fa <command>'],
    [['help', 'emulator'], '--wrong-code'],
    [['emulator', '--help'], '--wrong-code'],
    [['emulator', '--provider', 'nexmo', '--help'], '--api-secret'],
    [['help', 'calibrate'], 'MODICA_PASSWORD'],
    [['help', 'demo'], '--port'],
    [['help', 'sql'], '--dialect'],
    [['sql', '--help'], '--schema'],
    [['calibrate', '--help'], 'MODICA_PASSWORD'],
    [['calibrate', '--to', '+64211234567', '--yes', '--help'], 'MODICA_PASSWORD'],
  ])('shows the usage for %j', async (args, text) => {
    const program = run(args);
    expect(await program.exitCode).toBe(0);
    expect(program.stdout.text).toContain(text);
    expect(program.stderr.text).toBe('');
  });

  it('lists its commands', async () => {
    const program = run(['help']);
    await program.exitCode;
    for (const command of ['calibrate', 'demo', 'emulator', 'sql', 'help']) {
      expect(program.stdout.text).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  it('lists every provider that has an emulator', async () => {
    for (const args of [['help'], ['help', 'emulator']]) {
      const program = run(args);
      await program.exitCode;
      expect(program.stdout.text).toContain([...providers.keys()].join(', '));
    }
  });

  it('exits with 2 and lists the commands without a command or with an unknown one', async () => {
    for (const args of [[], ['emulate'], ['constructor']]) {
      const program = run(args);
      expect(await program.exitCode).toBe(2);
      expect(program.stderr.text).toContain('emulator');
      expect(program.stdout.text).toBe('');
    }
  });
});
