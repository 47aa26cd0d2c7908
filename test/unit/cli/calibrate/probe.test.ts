import { describe, expect, it } from 'vitest';
import type { run } from '../run.js';
import {
  calibrate,
  codePrompt,
  codeReply,
  enterCode,
  postedCodes,
  retryPrompt,
  startCalibration,
  startModica,
  wrongCodeReplies,
} from './calibration.js';

const challenge = { path: '/challenges', reply: 'replaced', processed: false } as const;

describe('passport-modica-2fa calibrate cannot tell, and prints no options', () => {
  it('when the message is refused', async () => {
    const emulator = await startModica();
    emulator.overrideNextReply({
      ...challenge,
      status: 400,
      body: '{"error":"invalid_destination"}',
    });
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stdout.text).toContain("400, error 'invalid_destination', request id");
    expect(program.stdout.text).not.toContain('outside');
    expect(program.stderr.text).toContain('Modica refused to send; no SMS was sent.');
  });

  it.each<[string, { readonly status: number; readonly body: string }]>([
    ['a page', { status: 200, body: '<html>' }],
    ['a challenge without an id', { status: 201, body: '{}' }],
    ['a challenge with an empty id', { status: 201, body: '{"id":""}' }],
    ['a challenge with a long id', { status: 201, body: `{"id":"${'x'.repeat(201)}"}` }],
    ['a challenge with another status', { status: 200, body: '{"id":"1"}' }],
  ])('when the challenge is answered with %s', async (_, reply) => {
    const emulator = await startModica();
    emulator.overrideNextReply({ ...challenge, ...reply });
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('something that is no challenge');
    expect(program.stderr.text).toContain('MODICA_BASE_URL');
    expect(program.stdout.text).toContain('the document knows no such answer');
    expect(postedCodes(emulator)).toEqual([]);
  });

  it.each([
    ['Ctrl-D', (program: ReturnType<typeof run>) => void program.stdin.end()],
    ['Ctrl-C', (program: ReturnType<typeof run>) => program.interrupt()],
    ['an empty line', (program: ReturnType<typeof run>) => void program.stdin.write('\n')],
  ])('when the user gives up by %s', async (_, giveUp) => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    giveUp(program);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('No code was entered. If no SMS came');
    expect(program.stdout.text).toContain("A wrong code: 400, error 'invalid_code'");
    expect(postedCodes(emulator)).toHaveLength(1);
  });

  it('when by chance the code is the one that was tried as a wrong one', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    program.stdin.write(`${postedCodes(emulator)[0]?.code}\n`);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('By chance');
    expect(postedCodes(emulator)).toHaveLength(1);
  });

  it.each(wrongCodeReplies)(
    'when the user enters a wrong code and stands by it (by %s)',
    async (reading) => {
      const emulator = await startModica(reading);
      const program = startCalibration(emulator);
      await program.answer(codePrompt, '12a456');
      await program.answer(retryPrompt, '12a456');
      expect(await program.exitCode).toBe(1);
      expect(program.stderr.text).toContain('nothing may be accepted');
      const codes = postedCodes(emulator).map(({ code }) => code);
      expect(codes.filter((code) => code === '12a456')).toHaveLength(1);
    },
  );

  it.each([
    [201, 'status'],
    [400, 'error'],
  ] as const)('when every code is answered %i with the same %s', async (status, field) => {
    const emulator = await startModica();
    const same = codeReply(status, { [field]: 'received' });
    for (let times = 0; times < 3; times += 1) emulator.overrideNextReply(same);
    const program = startCalibration(emulator);
    await enterCode(program, emulator);
    await program.answer(retryPrompt, '');
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain(
      'Warning: a wrong code and the right one were answered alike',
    );
    expect(program.stdout.text).not.toContain('acceptedStatuses');
  });

  it.each([
    ['in another HTTP status', codeReply(400, { status: 'valid', error: 'x' })],
    ['with an error beside it', codeReply(201, { status: 'valid', error: 'x' })],
  ])('when a wrong code has the status of the right one, %s', async (_, wrong) => {
    const emulator = await startModica();
    emulator.overrideNextReply(wrong);
    const program = startCalibration(emulator);
    await enterCode(program, emulator);
    await program.answer(retryPrompt, '');
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('nothing may be accepted');
  });

  it('when a code for an unknown challenge is answered like the right one', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    for (let times = 0; times < 3; times += 1)
      emulator.overrideNextReply(codeReply(201, { status: 'ok' }));
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('nothing may be accepted');
  });

  it.each([
    ['an error', codeReply(400, { error: 'expired' })],
    ['200', codeReply(200, { status: 'valid' })],
    ['no status', codeReply(201, { result: 'valid' })],
    ['a status that is no text', codeReply(201, { status: true })],
    ['a list', codeReply(201, ['valid'])],
  ])('when the right code is answered with %s', async (_, bend) => {
    const emulator = await startModica('status');
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(bend);
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('was not accepted as the document says');
  });

  it.each([
    ['empty', () => ''],
    ['long', () => 'x'.repeat(65)],
    ['one that quotes the code', (code: string) => `${code} is valid`],
  ])('when the status of the right code is %s', async (_, status) => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(
      codeReply(201, { status: status(emulator.messages[0]?.code ?? '') }),
    );
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('no word that an option could name');
  });
});

describe('passport-modica-2fa calibrate', () => {
  it.each(wrongCodeReplies)(
    'posts five codes at most for one SMS (a wrong code by %s)',
    async (reading) => {
      const emulator = await startModica(reading);
      await calibrate(emulator);
      const [{ code } = { code: undefined }] = emulator.messages;
      expect(emulator.messages).toHaveLength(1);
      const [wrong, right, again, unknown, ...others] = postedCodes(emulator);
      expect(others).toEqual([]);
      expect(wrong?.code).toMatch(/^\d{6}$/);
      expect(wrong?.code).not.toBe(code);
      expect(right).toEqual(again);
      expect(right).toEqual({ code, challenge_id: wrong?.challenge_id });
      expect(unknown?.challenge_id).not.toBe(right?.challenge_id);
      expect(unknown?.code).not.toBe(code);
    },
  );

  it('trims what is entered', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    program.stdin.write(`  ${emulator.messages[0]?.code} \n`);
    expect(await program.exitCode).toBe(0);
  });

  it.each(wrongCodeReplies)(
    'asks again for a code that was mistyped (a wrong code by %s)',
    async (reading) => {
      const emulator = await startModica(reading);
      const program = startCalibration(emulator);
      await program.answer(codePrompt, 'abcdef');
      await program.answer(retryPrompt, emulator.messages[0]?.code ?? '');
      expect(await program.exitCode).toBe(0);
      expect(program.stdout.text).toContain("acceptedStatuses: ['valid']");
    },
  );

  it('asks no third time', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.answer(codePrompt, 'abcdef');
    await program.answer(retryPrompt, 'ghijkl');
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('nothing may be accepted');
  });

  it.each([
    ['0042', '4 digits'],
    ['ABCDEFGH', '8 letters'],
    ['4ab7', '4 letters and digits'],
    ['4ab7c9', '6 letters and digits'],
    ['4270', '4 digits'],
    ['abca', '4 letters'],
    ['12-34', '5 other characters'],
  ])('tries a wrong code of the form of %s too, which is %s', async (code, form) => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(codeReply(400, { error: 'wrong_code' }));
    emulator.overrideNextReply(codeReply(201, { status: 'valid' }));
    program.stdin.write(`${code}\n`);
    expect(await program.exitCode).toBe(0);
    const { text } = program.stdout;
    expect(text).toContain(`A code is ${form}, good for`);
    expect(text).toContain("A wrong code of that form: 400, error 'wrong_code'");
    expect(text).toContain(
      "invalid_code: 'rejected', wrong_code: 'rejected', invalid_challenge: 'expired' },",
    );
    expect(text.includes('Warning: the strategy takes 4 to 12')).toBe(code === '12-34');
    const [, wrong] = emulator.requests.slice(1).map(({ body }) => JSON.parse(body).code);
    expect(wrong).toHaveLength(code.length);
    // Nor the same to an API that takes small letters for capitals.
    expect(wrong.toUpperCase()).not.toBe(code.toUpperCase());
    expect(wrong.slice(0, -1)).toBe(code.slice(0, -1));
  });

  it('tries one wrong code alone where it has the form of the code', async () => {
    const { text } = await calibrate(await startModica());
    expect(text).not.toContain('A wrong code of that form');
  });
});
