import { describe, expect, it } from 'vitest';
import type { ModicaPath, ReplyOverride } from '../../../../lib/emulator/index.js';
import { mobile } from '../../../fixtures/modica.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { run } from '../run.js';
import {
  codePrompt,
  codeReply,
  enterCode,
  environmentOf,
  postedCodes,
  startCalibration,
  startModica,
} from './calibration.js';

const challenge = { path: '/challenges', reply: 'replaced', processed: false } as const;

describe('calibrate fails, and prints no options,', () => {
  it('when Modica refuses the credentials', async () => {
    const emulator = await startModica();
    const environment = { ...environmentOf(emulator), MODICA_PASSWORD: 'canary-wrong' };
    const program = run(['calibrate', '--to', mobile, '--yes'], { environment });
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('Modica refused the credentials');
    expect(program.stderr.text).toContain('Check MODICA_USERNAME and MODICA_PASSWORD');
    expect(program.stdout.text).toMatch(
      /New challenge: 401, error 'unauthorized', request id '.+'\n$/,
    );
    expect(program.output).not.toContain('canary-wrong');
  });

  it('when the API cannot be reached', async () => {
    const program = startCalibration({ url: `http://127.0.0.1:${await quietPort()}` });
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('Modica could not be reached (connect ECONNREFUSED');
    expect(program.stderr.text).toContain('MODICA_BASE_URL');
  });

  it.each<[string, ReplyOverride<ModicaPath>, string]>([
    ['is lost', { reply: 'lost', processed: true }, 'lost or timed out'],
    ['is a 503', { ...challenge, processed: true, status: 503 }, 'Modica replied 503'],
  ])('without a second SMS when the reply to the challenge %s', async (_, override, problem) => {
    const emulator = await startModica();
    emulator.overrideNextReply(override);
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain(problem);
    expect(program.stderr.text).toContain('an SMS may have been sent');
    expect(program.stderr.text).toContain('not retried');
    expect(emulator.messages).toHaveLength(1);
    expect(emulator.requests).toHaveLength(1);
  });

  it('when Modica throttles the request', async () => {
    const emulator = await startModica();
    emulator.overrideNextReply({ ...challenge, status: 429 });
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('too many requests');
    expect(program.stderr.text).toContain('Try again later');
  });

  it.each<[string, ReplyOverride<ModicaPath>, string]>([
    [
      'is lost',
      { path: '/responses', reply: 'lost', processed: true },
      'the code may count as an attempt',
    ],
    ['is a 401', codeReply(401, {}), 'refused the credentials'],
    ['is a 500', codeReply(500, {}), 'Modica replied 500; the code may count as an attempt'],
  ])(
    'without asking for the code when the reply to the wrong code %s',
    async (_, override, problem) => {
      const emulator = await startModica();
      emulator.overrideNextReply(override);
      const program = startCalibration(emulator);
      expect(await program.exitCode).toBe(1);
      expect(program.stderr.text).toContain(problem);
      expect(program.stderr.text).not.toContain(codePrompt);
      expect(postedCodes(emulator)).toHaveLength(1);
    },
  );

  it('without posting the code again when the reply to the correct code is lost', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stdout.text).toContain('Entered code: no reply (socket hang up)');
    expect(program.stderr.text).toContain('the code may have been used');
    expect(postedCodes(emulator)).toHaveLength(2);
  });
});
