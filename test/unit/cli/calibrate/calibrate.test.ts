import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../../lib/cli/calibrate/calibrate.js';
import { createTerminal, type Terminal } from '../../../../lib/cli/terminal.js';
import { mobile } from '../../../fixtures/modica.js';
import { run } from '../run.js';
import { enterCode, environmentOf, startModica } from './calibration.js';

describe('calibrate', () => {
  it('shows its plan and asks for confirmation before it sends an SMS', async () => {
    const emulator = await startModica();
    const program = run(['calibrate', '--to', mobile], { environment: environmentOf(emulator) });
    await program.stderr.contains('Send one SMS to •••••67? [y/N] ');
    expect(program.stdout.text).toContain(`Requests to ${emulator.url}:`);
    expect(program.stdout.text).toContain(
      'one SMS with a code to •••••67, at the expense of your account',
    );
    expect(emulator.requests).toEqual([]);
    program.stdin.write(' Yes \n');
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
  });

  it.each(['n', '', 'yesterday', 'oy'])('sends nothing when the answer is %j', async (reply) => {
    const emulator = await startModica();
    const program = run(['calibrate', '--to', mobile], { environment: environmentOf(emulator) });
    await program.answer('[y/N]', reply);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('nothing was sent');
    expect(emulator.requests).toEqual([]);
  });

  it('sends nothing on Ctrl-D or Ctrl-C', async () => {
    const emulator = await startModica();
    const environment = environmentOf(emulator);
    const ended = run(['calibrate', '--to', mobile], { environment });
    ended.stdin.end();
    const interrupted = run(['calibrate', '--to', mobile], { environment });
    interrupted.interrupt();
    expect([await ended.exitCode, await interrupted.exitCode]).toEqual([1, 1]);
    expect(emulator.requests).toEqual([]);
  });

  it('sends nothing when standard input is not a terminal, and suggests --yes', async () => {
    const emulator = await startModica();
    const program = run(['calibrate', '--to', mobile], {
      environment: environmentOf(emulator),
      isInteractive: false,
    });
    program.stdin.write('y\n');
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('--yes');
    expect(emulator.requests).toEqual([]);
  });

  it('reads the code from standard input with --yes when that is not a terminal', async () => {
    const emulator = await startModica();
    const program = run(['calibrate', '--to', mobile, '--yes'], {
      environment: environmentOf(emulator),
      isInteractive: false,
    });
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
  });
});

describe('calibrate with a broken terminal', () => {
  it('rejects with the error of the terminal', async () => {
    const streams = {
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
    };
    const terminal: Terminal = {
      ...createTerminal(streams, new Promise(() => undefined)),
      isInteractive: true,
      ask: () => Promise.reject(new Error('The terminal is broken')),
    };
    const environment = environmentOf({ url: 'https://example.com' });
    await expect(calibrate.run(['--to', mobile], terminal, environment)).rejects.toThrow(
      'The terminal is broken',
    );
  });
});

describe('calibrate with invalid arguments or variables', () => {
  it.each([
    [[], '--to: must be a number in international format'],
    [['--to', '0219876543'], '--to: must be a number in international format'],
    [['--to', '+64219876543', '--no'], '--no'],
    [['+64219876543'], 'positional'],
  ])(
    'exits with 2 for the arguments %j, and shows the problem and the usage but no phone number',
    async (args, problem) => {
      const program = run(['calibrate', ...args]);
      expect(await program.exitCode).toBe(2);
      expect(program.stderr.text).toContain(problem);
      expect(program.stderr.text).toContain('calibrate --to <number>');
      expect(program.stderr.text).not.toContain('219876543');
    },
  );

  it.each([
    ['MODICA_USERNAME', undefined, 'is missing'],
    ['MODICA_USERNAME', '', 'is missing'],
    ['MODICA_USERNAME', 'a:b', 'must not contain'],
    ['MODICA_PASSWORD', undefined, 'is missing'],
    ['MODICA_PASSWORD', '', 'is missing'],
    ['MODICA_BASE_URL', 'http://example.com', 'must be an https URL'],
  ])('exits with 2 for %s=%j, and names the variable', async (name, value, problem) => {
    const environment = { ...environmentOf({ url: 'https://example.com' }), [name]: value };
    const program = run(['calibrate', '--to', mobile], { environment });
    expect(await program.exitCode).toBe(2);
    expect(program.stderr.text).toMatch(new RegExp(`^${name} ${problem}`));
    expect(program.stdout.text).toBe('');
  });

  it.each([
    [undefined, 'https://api.modicagroup.com/rest/2fa'],
    ['', 'https://api.modicagroup.com/rest/2fa'],
    ['optus', 'https://api.sms.optus.com.au/rest/2fa'],
  ])('with MODICA_BASE_URL=%j sends its requests to %s', async (url, baseUrl) => {
    const environment = { ...environmentOf({ url: '' }), MODICA_BASE_URL: url };
    const program = run(['calibrate', '--to', mobile], { environment });
    await program.answer('[y/N]', 'n');
    expect(await program.exitCode).toBe(1);
    expect(program.stdout.text).toContain(`Requests to ${baseUrl}:\n`);
  });
});
