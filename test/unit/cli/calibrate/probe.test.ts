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
  wrongCodeModes,
} from './calibration.js';

const challenge = { path: '/challenges', reply: 'replaced', processed: false } as const;

describe('calibrate fails, and prints no options,', () => {
  it('when Modica refuses to send the SMS', async () => {
    const emulator = await startModica();
    emulator.overrideNextReply({
      ...challenge,
      status: 400,
      body: '{"error":"invalid_destination"}',
    });
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stdout.text).toContain("400, error 'invalid_destination', request id");
    expect(program.stdout.text).not.toContain('not a documented reply');
    expect(program.stderr.text).toContain('Modica refused to send; no SMS was sent.');
  });

  it.each<[string, { readonly status: number; readonly body: string }]>([
    ['a web page', { status: 200, body: '<html>' }],
    ['a challenge without an id', { status: 201, body: '{}' }],
    ['a challenge with an empty id', { status: 201, body: '{"id":""}' }],
    ['a challenge with a long id', { status: 201, body: `{"id":"${'x'.repeat(201)}"}` }],
    ['a challenge and HTTP status 200', { status: 200, body: '{"id":"1"}' }],
  ])('when the reply to the challenge is %s', async (_, reply) => {
    const emulator = await startModica();
    emulator.overrideNextReply({ ...challenge, ...reply });
    const program = startCalibration(emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('without a valid challenge');
    expect(program.stderr.text).toContain('MODICA_BASE_URL');
    expect(program.stdout.text).toContain('not a documented reply');
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
    expect(program.stderr.text).toContain('No code was entered. If no SMS arrived');
    expect(program.stdout.text).toContain("Wrong code: 400, error 'invalid_code'");
    expect(postedCodes(emulator)).toHaveLength(1);
  });

  it('when the wrong code it tried happens to be the correct one', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    program.stdin.write(`${postedCodes(emulator)[0]?.code}\n`);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('happens to be');
    expect(postedCodes(emulator)).toHaveLength(1);
  });

  it.each(wrongCodeModes)(
    'when the user enters the same wrong code twice (wrong code by %s)',
    async (mode) => {
      const emulator = await startModica(mode);
      const program = startCalibration(emulator);
      await program.answer(codePrompt, '12a456');
      await program.answer(retryPrompt, '12a456');
      expect(await program.exitCode).toBe(1);
      expect(program.stderr.text).toContain('would accept any code');
      const codes = postedCodes(emulator).map(({ code }) => code);
      expect(codes.filter((code) => code === '12a456')).toHaveLength(1);
    },
  );

  it.each([
    [201, 'status'],
    [400, 'error'],
  ] as const)('when the reply to every code is %i with the same %s', async (status, field) => {
    const emulator = await startModica();
    const same = codeReply(status, { [field]: 'received' });
    for (let times = 0; times < 3; times += 1) emulator.overrideNextReply(same);
    const program = startCalibration(emulator);
    await enterCode(program, emulator);
    await program.answer(retryPrompt, '');
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain(
      'Warning: a wrong code got the same reply as the correct one',
    );
    expect(program.stdout.text).not.toContain('acceptedStatuses');
  });

  it.each([
    ['with another HTTP status', codeReply(400, { status: 'valid', error: 'x' })],
    ['with an additional error', codeReply(201, { status: 'valid', error: 'x' })],
  ])('when a wrong code gets the status of the correct one %s', async (_, wrong) => {
    const emulator = await startModica();
    emulator.overrideNextReply(wrong);
    const program = startCalibration(emulator);
    await enterCode(program, emulator);
    await program.answer(retryPrompt, '');
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('would accept any code');
  });

  it('when the reply to a code for an unknown challenge is that to the correct code', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    for (let times = 0; times < 3; times += 1)
      emulator.overrideNextReply(codeReply(201, { status: 'ok' }));
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('would accept any code');
  });

  it.each([
    ['an error', codeReply(400, { error: 'expired' })],
    ['a 200', codeReply(200, { status: 'valid' })],
    ['a 201 without a status', codeReply(201, { result: 'valid' })],
    ['a status that is not a string', codeReply(201, { status: true })],
    ['a list', codeReply(201, ['valid'])],
  ])('when the reply to the correct code is %s', async (_, override) => {
    const emulator = await startModica('status');
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(override);
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('did not get the documented reply');
  });

  it.each([
    ['is empty', () => ''],
    ['is too long', () => 'x'.repeat(65)],
    ['repeats the code', (code: string) => `${code} is valid`],
  ])('when the status of the correct code %s', async (_, status) => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(
      codeReply(201, { status: status(emulator.messages[0]?.code ?? '') }),
    );
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('cannot be used in an option');
  });
});

describe('calibrate', () => {
  it.each(wrongCodeModes)('sends one SMS and posts four codes (wrong code by %s)', async (mode) => {
    const emulator = await startModica(mode);
    await calibrate(emulator);
    const [{ code } = { code: undefined }] = emulator.messages;
    expect(emulator.messages).toHaveLength(1);
    const [wrong, correct, secondUse, unknown, ...others] = postedCodes(emulator);
    expect(others).toEqual([]);
    expect(wrong?.code).toMatch(/^\d{6}$/);
    expect(wrong?.code).not.toBe(code);
    expect(correct).toEqual(secondUse);
    expect(correct).toEqual({ code, challenge_id: wrong?.challenge_id });
    expect(unknown?.challenge_id).not.toBe(correct?.challenge_id);
    expect(unknown?.code).not.toBe(code);
  });

  it('trims the code that the user enters', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    program.stdin.write(`  ${emulator.messages[0]?.code} \n`);
    expect(await program.exitCode).toBe(0);
  });

  it.each(wrongCodeModes)('asks again for a mistyped code (wrong code by %s)', async (mode) => {
    const emulator = await startModica(mode);
    const program = startCalibration(emulator);
    await program.answer(codePrompt, 'abcdef');
    await program.answer(retryPrompt, emulator.messages[0]?.code ?? '');
    expect(await program.exitCode).toBe(0);
    expect(program.stdout.text).toContain("acceptedStatuses: ['valid']");
  });

  it('does not ask for the code a third time', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.answer(codePrompt, 'abcdef');
    await program.answer(retryPrompt, 'ghijkl');
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toContain('would accept any code');
  });

  it.each([
    ['0042', '4 digits'],
    ['ABCDEFGH', '8 letters'],
    ['4ab7', '4 letters and digits'],
    ['4ab7c9', '6 letters and digits'],
    ['4270', '4 digits'],
    ['abca', '4 letters'],
    ['12-34', '5 other characters'],
  ])('also tries a wrong code in the format of %s, which is %s', async (code, format) => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(codeReply(400, { error: 'wrong_code' }));
    emulator.overrideNextReply(codeReply(201, { status: 'valid' }));
    program.stdin.write(`${code}\n`);
    expect(await program.exitCode).toBe(0);
    const { text } = program.stdout;
    expect(text).toContain(`Codes: ${format}, valid for`);
    expect(text).toContain("Wrong code in the same format: 400, error 'wrong_code'");
    expect(text).toContain(
      "invalid_code: 'rejected', wrong_code: 'rejected', invalid_challenge: 'expired' },",
    );
    expect(text.includes('Warning: by default the strategy accepts 4 to 12')).toBe(
      code === '12-34',
    );
    const [, wrong] = emulator.requests.slice(1).map(({ body }) => JSON.parse(body).code);
    expect(wrong).toHaveLength(code.length);
    // Also wrong for an API that ignores case.
    expect(wrong.toUpperCase()).not.toBe(code.toUpperCase());
    expect(wrong.slice(0, -1)).toBe(code.slice(0, -1));
  });

  it('tries only one wrong code if it has the format of the correct one', async () => {
    const { text } = await calibrate(await startModica());
    expect(text).not.toContain('Wrong code in the same format');
  });
});
