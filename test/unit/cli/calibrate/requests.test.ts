import { describe, expect, it } from 'vitest';
import type { ReplyOverride } from '../../../../lib/emulator/index.js';
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

describe('passport-modica-2fa calibrate cannot tell, and prints no options', () => {
  it('when the credentials are refused', async () => {
    const emulator = await startModica();
    const environment = { ...environmentOf(emulator), MODICA_PASSWORD: 'canary-wrong' };
    const program = run(['calibrate', '--to', mobile, '--yes'], { environment });
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('Modica refuses these credentials');
    expect(program.stderr.text).toContain('Check MODICA_USERNAME and MODICA_PASSWORD');
    expect(program.stdout.text).toMatch(
      /A challenge: 401, error 'unauthorized', request id '.+'\n$/,
    );
    expect(program.shown).not.toContain('canary-wrong');
  });

  it('when the API cannot be reached', async () => {
    const program = startCalibration({ url: `http://127.0.0.1:${await quietPort()}` });
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('Modica could not be reached (connect ECONNREFUSED');
    expect(program.stderr.text).toContain('MODICA_BASE_URL');
  });

  it.each<[string, ReplyOverride, string]>([
    ['is lost', { reply: 'lost', processed: true }, 'lost or came too late'],
    ['is a 503', { ...challenge, processed: true, status: 503 }, 'Modica answered 503'],
  ])('when the answer to the challenge %s: no second SMS is sent', async (_, bend, problem) => {
    const emulator = await startModica();
    emulator.overrideNextReply(bend);
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain(problem);
    expect(program.stderr.text).toContain('an SMS may have been sent');
    expect(program.stderr.text).toContain('not repeated');
    expect(emulator.messages).toHaveLength(1);
    expect(emulator.requests).toHaveLength(1);
  });

  it('when it is throttled', async () => {
    const emulator = await startModica();
    emulator.overrideNextReply({ ...challenge, status: 429 });
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('too many requests');
    expect(program.stderr.text).toContain('Run it again later');
  });

  it.each<[string, ReplyOverride, string]>([
    ['lost', { path: '/responses', reply: 'lost', processed: true }, 'the code may count as tried'],
    ['a 401', codeReply(401, {}), 'refuses these credentials'],
    ['a 500', codeReply(500, {}), 'Modica answered 500; the code may count as tried'],
  ])(
    'when the answer to the wrong code is %s; the user is asked for nothing',
    async (_, bend, problem) => {
      const emulator = await startModica();
      emulator.overrideNextReply(bend);
      const program = startCalibration(emulator);
      expect(await program.exitCode).toBe(1);
      expect(program.stderr.text).toContain(problem);
      expect(program.stderr.text).not.toContain(codePrompt);
      expect(postedCodes(emulator)).toHaveLength(1);
    },
  );

  it('when the answer to the right code is lost; the code is not posted again', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply({ reply: 'lost', processed: true });
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stdout.text).toContain('The right code: no answer (socket hang up)');
    expect(program.stderr.text).toContain('the code may be used');
    expect(postedCodes(emulator)).toHaveLength(2);
  });
});
