import { describe, expect, it } from 'vitest';
import type { Bend } from '../../../lib/emulator/index.js';
import { answer, calibrated, calibrating, enterCode, startModica, theCode } from './calibrating.js';

/** Calibrates with an API whose answers are these: to the challenge, and to the codes in their order. */
async function calibratedWith(bends: {
  readonly challenge?: Partial<Record<'created' | 'expires', unknown>>;
  readonly wrong?: Bend;
  readonly right?: Bend;
  readonly again?: Bend;
  readonly unknown?: Bend;
}) {
  const emulator = await startModica();
  const { challenge, wrong } = bends;
  if (challenge !== undefined) {
    const body = JSON.stringify({ id: 'an-id', ...challenge });
    emulator.bendNext({ path: '/challenges', reply: 'replaced', processed: true, body });
  }
  if (wrong !== undefined) emulator.bendNext(wrong);
  const program = calibrating(emulator);
  await program.stderr.shows(theCode);
  // Without a bend of its own each code is answered as if the challenge were that of the emulator.
  emulator.bendNext(bends.right ?? answer(201, { status: 'valid' }));
  emulator.bendNext(bends.again ?? answer(400, { error: 'used_code' }));
  emulator.bendNext(bends.unknown ?? answer(400, { error: 'invalid_challenge' }));
  await enterCode(program, emulator);
  expect(await program.exitCode).toBe(0);
  return program.stdout.text;
}

const times = { created: '2026-11-22T02:00:00Z', expires: '2026-11-22T02:05:00Z' };

describe('passport-modica-2fa calibrate', () => {
  it('warns of nothing where all is as the document says, and the options name each word', async () => {
    const text = await calibratedWith({});
    expect(text).not.toContain('Warning');
    expect(text).toContain('a second use is refused');
    expect(text).toContain(
      "errorVerdicts: { invalid_code: 'rejected', invalid_challenge: 'expired', used_code: 'used' },",
    );
  });

  it.each([
    [
      '2026-11-22 02:00:00',
      '2026-11-22 02:10:00',
      ' (names no zone: taken for UTC)',
      '600 seconds',
    ],
    ['2026-11-22T02:00:00+00:00', '2026-11-22T02:01:00.5+0000', '', '60.5 seconds'],
    ['2026-11-22t02:00:00z', '2026-11-22t02:00:30z', '', '30 seconds'],
  ])('reads %s to %s', async (created, expires, remark, lifetime) => {
    const text = await calibratedWith({ challenge: { created, expires } });
    expect(text).toContain(`created: '${created}'${remark}\n  expires: '${expires}'${remark}\n`);
    expect(text).toContain(`good for ${lifetime};`);
    expect(text).not.toContain('Warning');
  });

  it.each([
    ['are missing', {}, 'created: missing', 'of an unknown lifetime'],
    ['are numbers', { created: 1, expires: 2 }, 'created: missing', 'of an unknown lifetime'],
    [
      'cannot be read',
      { ...times, expires: 'soon' },
      "expires: 'soon' (cannot be read as a time)",
      'of an unknown lifetime',
    ],
    ['are one', { ...times, expires: times.created }, `expires: '${times.created}'`, '0 seconds'],
    [
      'are more than an hour apart',
      { ...times, expires: '2026-11-22T03:00:01Z' },
      "expires: '2026-11-22T03:00:01Z'",
      '3601 seconds',
    ],
  ])('warns where the times %s', async (_, challenge, shown, lifetime) => {
    const text = await calibratedWith({ challenge });
    expect(text).toContain(shown);
    expect(text).toContain(lifetime);
    expect(text).toContain('Warning: the times of the challenge are not what the document says');
  });

  it('takes a lifetime of an hour', async () => {
    const text = await calibratedWith({ challenge: { ...times, expires: '2026-11-22T03:00:00Z' } });
    expect(text).not.toContain('Warning');
  });

  it.each([
    ['an HTTP status', answer(404, { error: 'not_found' }), "404, error 'not_found', request id"],
    ['no JSON', { ...answer(400, {}), body: 'Bad request' }, '400, no JSON, request id'],
    ['no word', answer(400, { message: 'no' }), '400, request id'],
  ])(
    'warns where a wrong code is answered outside the document, by %s',
    async (_, wrong, shown) => {
      const text = await calibratedWith({ wrong });
      expect(text).toMatch(
        new RegExp(`A wrong code: ${shown}.*; the document knows no such answer`),
      );
      expect(text).toContain('Warning: a wrong code is answered outside the document');
      expect(text).toContain("errorVerdicts: { invalid_challenge: 'expired', used_code: 'used' },");
    },
  );

  it.each<[string, Bend]>([
    ['lost', { path: '/responses', reply: 'lost', processed: true }],
    ['a 500', answer(500, {})],
  ])(
    'could tell all the same when the answer to the second use is %s, and warns',
    async (_, again) => {
      const text = await calibratedWith({ again });
      expect(text).toContain('a second use was not answered in a way that tells');
      expect(text).toContain('Warning: whether a code can be used twice is not known.');
      expect(text).toContain("acceptedStatuses: ['valid']");
    },
  );

  it.each<[string, Bend]>([
    ['lost', { path: '/responses', reply: 'lost', processed: true }],
    ['a 404', answer(404, {})],
  ])(
    'could tell all the same when that to an unknown challenge is %s, and warns',
    async (_, unknown) => {
      const text = await calibratedWith({ unknown });
      expect(text).toContain('Warning: what an unknown challenge is answered is not known.');
      expect(text).toContain("errorVerdicts: { invalid_code: 'rejected', used_code: 'used' }");
    },
  );

  it('warns of an answer without a request id', async () => {
    const headers = { 'X-Modica-Request-Id': undefined };
    const text = await calibratedWith({ wrong: { ...answer(400, { error: 'no' }), headers } });
    expect(text).toContain("A wrong code: 400, error 'no', no request id\n");
    expect(text).toContain('Warning: an answer has no request id');
  });

  it.each(['', 'x'.repeat(65), 'no code 1234567'])(
    'warns of %j, which no option can name',
    async (error) => {
      const text = await calibratedWith({ wrong: answer(400, { error }) });
      expect(text).toContain('Warning: a word is empty, long or quotes what was posted');
      expect(text).toContain("errorVerdicts: { invalid_challenge: 'expired', used_code: 'used' },");
    },
  );

  it('names a word of 64 characters', async () => {
    const error = 'x'.repeat(64);
    const text = await calibratedWith({ wrong: answer(400, { error }) });
    expect(text).toContain(`${error}: 'rejected'`);
    expect(text).not.toContain('Warning');
  });

  it('takes a word for the meaning that matters where it has several', async () => {
    const no = answer(400, { error: 'no' });
    expect(await calibratedWith({ wrong: no, again: no, unknown: no })).toContain(
      "errorVerdicts: { no: 'rejected' },",
    );
    const gone = answer(400, { error: 'gone' });
    expect(await calibratedWith({ again: gone, unknown: gone })).toContain(
      "errorVerdicts: { invalid_code: 'rejected', gone: 'expired' },",
    );
  });

  it('keeps apart a status and an error that are one word', async () => {
    const text = await calibratedWith({
      again: answer(201, { status: 'used' }),
      unknown: answer(400, { error: 'valid' }),
    });
    expect(text).toContain("statusVerdicts: { used: 'used' },");
    expect(text).toContain("errorVerdicts: { invalid_code: 'rejected', valid: 'expired' },");
    expect(text).toContain('a second use is refused');
  });

  it('tells an error from the status of the right code, should they be one word', async () => {
    const text = await calibratedWith({ again: answer(400, { error: 'valid' }) });
    expect(text).toContain('a second use is refused');
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
    const program = calibrating(emulator);
    await program.stderr.shows(theCode);
    emulator.bendNext(answer(400, { error: 'wrong_code' }));
    emulator.bendNext(answer(201, { status: 'valid' }));
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
    const { text } = await calibrated(await startModica());
    expect(text).not.toContain('A wrong code of that form');
  });
});
