import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../../lib/cli/calibrate/calibrate.js';
import { createTerminal, type Terminal } from '../../../../lib/cli/terminal.js';
import { mobile } from '../../../fixtures/modica.js';
import { run } from '../run.js';
import { enterCode, environmentOf, startModica } from './calibration.js';

describe('passport-modica-2fa calibrate', () => {
  it('says what it will do, and asks, before it spends an SMS', async () => {
    const emulator = await startModica();
    const program = run(['calibrate', '--to', mobile], { environment: environmentOf(emulator) });
    await program.stderr.contains('Send one SMS to •••••67? [y/N] ');
    expect(program.stdout.text).toContain(`This asks ${emulator.url}`);
    expect(program.stdout.text).toContain(
      'one SMS with a code to •••••67, which your account pays for',
    );
    expect(emulator.requests).toEqual([]);
    program.stdin.write(' Yes \n');
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
  });

  it.each(['n', '', 'yesterday', 'oy'])('takes %j for a no: nothing is sent', async (reply) => {
    const emulator = await startModica();
    const program = run(['calibrate', '--to', mobile], { environment: environmentOf(emulator) });
    await program.answer('[y/N]', reply);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('nothing was sent');
    expect(emulator.requests).toEqual([]);
  });

  it('takes Ctrl-D, and Ctrl-C, for a no', async () => {
    const emulator = await startModica();
    const environment = environmentOf(emulator);
    const ended = run(['calibrate', '--to', mobile], { environment });
    ended.stdin.end();
    const interrupted = run(['calibrate', '--to', mobile], { environment });
    interrupted.interrupt();
    expect([await ended.exitCode, await interrupted.exitCode]).toEqual([1, 1]);
    expect(emulator.requests).toEqual([]);
  });

  it('sends nothing where there is no terminal to ask at, and names --yes', async () => {
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

  it('needs no terminal with --yes: the code is a line on standard input', async () => {
    const emulator = await startModica();
    const program = run(['calibrate', '--to', mobile, '--yes'], {
      environment: environmentOf(emulator),
      isInteractive: false,
    });
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
  });
});

describe('passport-modica-2fa calibrate, in a terminal that is broken', () => {
  it("hides no fault that is not the account's", async () => {
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

describe('passport-modica-2fa calibrate, called wrongly', () => {
  it.each([
    [[], '--to: must be a number in international format'],
    [['--to', '0219876543'], '--to: must be a number in international format'],
    [['--to', '+64219876543', '--no'], '--no'],
    [['+64219876543'], 'positional'],
  ])(
    'refuses %j with 2, says why and how it is meant, and repeats no number',
    async (args, why) => {
      const program = run(['calibrate', ...args]);
      expect(await program.exitCode).toBe(2);
      expect(program.stderr.text).toContain(why);
      expect(program.stderr.text).toContain('calibrate --to <number>');
      expect(program.stderr.text).not.toContain('219876543');
    },
  );

  it.each([
    ['MODICA_USERNAME', undefined, 'is missing'],
    ['MODICA_USERNAME', '', 'is missing'],
    ['MODICA_USERNAME', 'a:b', 'must not hold'],
    ['MODICA_PASSWORD', undefined, 'is missing'],
    ['MODICA_PASSWORD', '', 'is missing'],
    ['MODICA_BASE_URL', 'http://example.com', 'must be an https URL'],
  ])('refuses %s as %j with 2, by its name', async (name, value, why) => {
    const environment = { ...environmentOf({ url: 'https://example.com' }), [name]: value };
    const program = run(['calibrate', '--to', mobile], { environment });
    expect(await program.exitCode).toBe(2);
    expect(program.stderr.text).toMatch(new RegExp(`^${name} ${why}`));
    expect(program.stdout.text).toBe('');
  });

  it.each([
    [undefined, 'https://api.modicagroup.com/rest/2fa'],
    ['', 'https://api.modicagroup.com/rest/2fa'],
    ['optus', 'https://api.sms.optus.com.au/rest/2fa'],
  ])('asks, where MODICA_BASE_URL is %j, %s', async (url, asked) => {
    const environment = { ...environmentOf({ url: '' }), MODICA_BASE_URL: url };
    const program = run(['calibrate', '--to', mobile], { environment });
    await program.answer('[y/N]', 'n');
    expect(await program.exitCode).toBe(1);
    expect(program.stdout.text).toContain(`This asks ${asked}\n`);
  });
});
