import { describe, expect, it } from 'vitest';
import { account, mobile } from '../../../fixtures/modica.js';
import { basic } from '../../emulator/modica/client.js';
import { run } from '../run.js';
import {
  codePrompt,
  codeReply,
  enterCode,
  startCalibration,
  startModica,
  wrongCodeModes,
} from './calibration.js';

const token = basic(account.username, account.password).replace('Basic ', '');

function expectNoSecret(text: string, code: string | undefined): void {
  expect(code).toBeDefined();
  for (const secret of [account.password, token, mobile, mobile.slice(1), '1234567', code]) {
    expect(text).not.toContain(secret);
  }
}

describe('The output of calibrate', () => {
  it.each(wrongCodeModes)(
    'contains no credentials, code or full phone number (wrong code by %s)',
    async (mode) => {
      const emulator = await startModica(mode);
      const program = startCalibration(emulator);
      await enterCode(program, emulator);
      expect(await program.exitCode).toBe(0);
      expectNoSecret(program.output, emulator.messages[0]?.code);
    },
  );

  it('contains no credentials, code or full phone number that the API repeats', async () => {
    const emulator = await startModica();
    const quoted = [account.password, token, mobile, mobile.slice(1), '021 1234567'].join(' | ');
    emulator.overrideNextReply({
      path: '/challenges',
      reply: 'replaced',
      processed: true,
      headers: { 'X-Modica-Request-Id': quoted.slice(0, 90) },
      body: JSON.stringify({ id: 'an-id', created: quoted, expires: quoted }),
    });
    emulator.overrideNextReply(codeReply(400, { error: quoted, status: quoted }));
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    const { code } = emulator.messages[0] ?? { code: '' };
    emulator.overrideNextReply(codeReply(201, { status: 'valid', error: `${code} is correct` }));
    emulator.overrideNextReply(codeReply(400, { error: `${code} is used` }));
    emulator.overrideNextReply(codeReply(400, { error: 'unknown' }));
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
    expect(program.stdout.text).toContain("status '… | … | +… | … | 021 …'");
    expect(program.stdout.text).toContain("error '… is used'");
    expect(program.stdout.text).toContain("errorVerdicts: { unknown: 'expired' },");
    expectNoSecret(program.output, code);
  });

  it('contains no phone number that is passed as an unexpected argument', async () => {
    const program = run(['calibrate', mobile, '--to', mobile]);
    expect(await program.exitCode).toBe(2);
    expect(program.stderr.text.split('\n')[0]).toContain("'+…'");
  });

  it('escapes control characters from the API, and truncates long values', async () => {
    const emulator = await startModica();
    emulator.overrideNextReply(codeReply(400, { error: "\u001b[2J it's\u202e \\ \u2028" }));
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(codeReply(201, { status: 'valid', error: 'x'.repeat(300) }));
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
    const escaped = String.raw`'\u{1b}[2J it\'s\u{202e} \\ \u{2028}'`;
    expect(program.stdout.text).toContain(`Wrong code: 400, error ${escaped}, request id`);
    expect(program.stdout.text).toContain(`${escaped}: 'rejected', `);
    expect(program.stdout.text).toContain(`error '${'x'.repeat(200)}'`);
  });
});
