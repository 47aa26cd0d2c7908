import { describe, expect, it } from 'vitest';
import type { ReplyOverride } from '../../../../lib/emulator/index.js';
import { startApp } from '../../../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../../../fixtures/emulator.js';
import {
  calibrate,
  calibrateWith,
  codeReply,
  enterCode,
  expectLine,
  startCalibration,
  startModica,
  wrongCodeReplies,
} from './calibration.js';

const uuid = "'[0-9a-f]{8}-[0-9a-f-]{27}'";

const times = { created: '2026-11-22T02:00:00Z', expires: '2026-11-22T02:05:00Z' };

/** The options that were printed, as a module has them that they are pasted into. */
async function pasted(text: string) {
  const [options] =
    /^ {2}acceptedStatuses:[\s\S]*?^ {2}errorVerdicts:.*$(?:\n {2}codePattern:.*$)?/m.exec(text) ??
    [];
  const source = `export const options = {\n${options}\n};`;
  const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return module.options;
}

describe('passport-modica-2fa calibrate', () => {
  it('prints what was answered where a wrong code is an error, and the options for it', async () => {
    const { exitCode, text } = await calibrate(await startModica('error'));
    expect(exitCode).toBe(0);
    expectLine(text, `A challenge: 201, request id ${uuid}`);
    expectLine(text, `A wrong code: 400, error 'invalid_code', request id ${uuid}`);
    expectLine(text, `The right code: 201, status 'valid', request id ${uuid}`);
    expectLine(text, `The right code again: 201, status 'valid', request id ${uuid}`);
    expectLine(text, `A code for .* not exist: 400, error 'invalid_challenge', request id ${uuid}`);
    expect(text).toContain(`
  acceptedStatuses: ['valid'],
  statusVerdicts: {},
  errorVerdicts: { invalid_code: 'rejected', invalid_challenge: 'expired' },
  codePattern: /^[0-9]{6}$/,
`);
  });

  it('prints what was answered where a wrong code has a status of its own, and the options for it', async () => {
    const { exitCode, text } = await calibrate(await startModica('status'));
    expect(exitCode).toBe(0);
    expectLine(text, `A wrong code: 201, status 'invalid', request id ${uuid}`);
    expect(text).toContain(`
  acceptedStatuses: ['valid'],
  statusVerdicts: { invalid: 'rejected' },
  errorVerdicts: { invalid_challenge: 'expired' },
  codePattern: /^[0-9]{6}$/,
`);
  });

  it('says what a code looks like, how long it is good, and that it can be used twice', async () => {
    const { text } = await calibrate(await startModica());
    expect(text).toContain('A code is 6 digits, good for 300 seconds; a second use is accepted.');
    expect(text).toContain('Warning: the API accepts a code twice');
    expect(text.match(/Warning/g)).toHaveLength(1);
  });

  it('warns of nothing where all is as the document says, and the options name each word', async () => {
    const text = await calibrateWith({});
    expect(text).not.toContain('Warning');
    expect(text).toContain('a second use is refused');
    expect(text).toContain(
      "errorVerdicts: { invalid_code: 'rejected', invalid_challenge: 'expired', used_code: 'used' },",
    );
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
    const text = await calibrateWith({ challenge });
    expect(text).toContain(shown);
    expect(text).toContain(lifetime);
    expect(text).toContain('Warning: the times of the challenge are not what the document says');
  });

  it('takes a lifetime of an hour', async () => {
    const text = await calibrateWith({ challenge: { ...times, expires: '2026-11-22T03:00:00Z' } });
    expect(text).not.toContain('Warning');
  });

  it.each<[string, ReplyOverride]>([
    ['lost', { path: '/responses', reply: 'lost', processed: true }],
    ['a 500', codeReply(500, {})],
  ])(
    'could tell all the same when the answer to the second use is %s, and warns',
    async (_, again) => {
      const text = await calibrateWith({ again });
      expect(text).toContain('a second use was not answered in a way that tells');
      expect(text).toContain('Warning: whether a code can be used twice is not known.');
      expect(text).toContain("acceptedStatuses: ['valid']");
    },
  );

  it.each<[string, ReplyOverride]>([
    ['lost', { path: '/responses', reply: 'lost', processed: true }],
    ['a 404', codeReply(404, {})],
  ])(
    'could tell all the same when that to an unknown challenge is %s, and warns',
    async (_, unknown) => {
      const text = await calibrateWith({ unknown });
      expect(text).toContain('Warning: what an unknown challenge is answered is not known.');
      expect(text).toContain("errorVerdicts: { invalid_code: 'rejected', used_code: 'used' }");
    },
  );

  it.each(['', 'x'.repeat(65), 'no code 1234567'])(
    'warns of %j, which no option can name',
    async (error) => {
      const text = await calibrateWith({ wrong: codeReply(400, { error }) });
      expect(text).toContain('Warning: a word is empty, long or quotes what was posted');
      expect(text).toContain("errorVerdicts: { invalid_challenge: 'expired', used_code: 'used' },");
    },
  );

  it('names a word of 64 characters', async () => {
    const error = 'x'.repeat(64);
    const text = await calibrateWith({ wrong: codeReply(400, { error }) });
    expect(text).toContain(`${error}: 'rejected'`);
    expect(text).not.toContain('Warning');
  });

  it('takes a word for the meaning that matters where it has several', async () => {
    const no = codeReply(400, { error: 'no' });
    expect(await calibrateWith({ wrong: no, again: no, unknown: no })).toContain(
      "errorVerdicts: { no: 'rejected' },",
    );
    const gone = codeReply(400, { error: 'gone' });
    expect(await calibrateWith({ again: gone, unknown: gone })).toContain(
      "errorVerdicts: { invalid_code: 'rejected', gone: 'expired' },",
    );
  });

  it('keeps apart a status and an error that are one word', async () => {
    const text = await calibrateWith({
      again: codeReply(201, { status: 'used' }),
      unknown: codeReply(400, { error: 'valid' }),
    });
    expect(text).toContain("statusVerdicts: { used: 'used' },");
    expect(text).toContain("errorVerdicts: { invalid_code: 'rejected', valid: 'expired' },");
    expect(text).toContain('a second use is refused');
  });

  it('tells an error from the status of the right code, should they be one word', async () => {
    const text = await calibrateWith({ again: codeReply(400, { error: 'valid' }) });
    expect(text).toContain('a second use is refused');
  });
});

describe('The options that passport-modica-2fa calibrate prints', () => {
  it.each(wrongCodeReplies)(
    'log in with the right code and refuse a wrong one (by %s)',
    async (reading) => {
      const emulator = await startModica(reading);
      const { text } = await calibrate(emulator);
      const { browser } = await startApp({
        strategy: { ...emulator.account, ...(await pasted(text)) },
      });
      const alice = browser();
      await alice.login();
      const wrong = await alice.enter(wrongCodeFor(emulator));
      expect([wrong.status, wrong.body.code]).toEqual([401, 'code_incorrect']);
      const right = await alice.enter(newestCode(emulator));
      expect([right.status, right.body.user.name]).toEqual([200, 'alice']);
    },
  );

  it('accept the word of the account, and that of nobody else', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains('The code');
    emulator.overrideNextReply(codeReply(201, { status: "c'est bon" }));
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
    const { browser } = await startApp({
      strategy: { ...emulator.account, ...(await pasted(program.stdout.text)) },
    });
    const alice = browser();
    await alice.login();
    // The emulator's own word, which the default takes for a yes.
    expect((await alice.enter(newestCode(emulator))).status).toBe(401);
    emulator.overrideNextReply(codeReply(201, { status: "c'est bon" }));
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it.each([
    ['314159', /^[0-9]{6}$/],
    ['31415', /^[0-9]{5}$/],
    ['AbCdEf', /^[0-9A-Za-z]{6}$/],
    ['A1b2C3d4', /^[0-9A-Za-z]{8}$/],
    ['12-34-56', undefined],
  ])('have the pattern of the code that came: %s', async (code, codePattern) => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains('The code');
    // A wrong code of that form, where the first one was of another; then the right one.
    if (code !== '314159') emulator.overrideNextReply(codeReply(400, { error: 'invalid_code' }));
    emulator.overrideNextReply(codeReply(201, { status: 'valid' }));
    program.stdin.write(`${code}\n`);
    expect(await program.exitCode).toBe(0);
    expect((await pasted(program.stdout.text)).codePattern).toEqual(codePattern);
  });

  it('name any word, also one that is no name', async () => {
    const emulator = await startModica();
    const words = ['no-code', "it's", '\u2028 \\ \u{1f600}', '7up', 'class'];
    const options = [];
    for (const error of words) {
      emulator.overrideNextReply(codeReply(400, { error }));
      options.push(await pasted((await calibrate(emulator)).text));
    }
    expect(options.map(({ errorVerdicts }) => errorVerdicts)).toEqual(
      words.map((word) => ({ [word]: 'rejected', invalid_challenge: 'expired' })),
    );
  });
});
