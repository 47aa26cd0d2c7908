import { describe, expect, it } from 'vitest';
import type { ModicaPath, ReplyOverride } from '../../../../lib/emulator/index.js';
import { startApp } from '../../../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../../../fixtures/emulator.js';
import {
  calibrate,
  calibrateWith,
  codePrompt,
  codeReply,
  enterCode,
  expectLine,
  startCalibration,
  startModica,
  wrongCodeModes,
} from './calibration.js';

const uuid = "'[0-9a-f]{8}-[0-9a-f-]{27}'";

const times = { created: '2026-11-22T02:00:00Z', expires: '2026-11-22T02:05:00Z' };

/** Evaluates the printed options in a module. */
async function evaluateOptions(text: string) {
  const [options] =
    /^ {2}acceptedStatuses:[\s\S]*?^ {2}errorVerdicts:.*$(?:\n {2}codePattern:.*$)?/m.exec(text) ??
    [];
  const source = `export const options = {\n${options}\n};`;
  const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return module.options;
}

describe('calibrate', () => {
  it('prints the replies and the matching options when a wrong code is a 400 error', async () => {
    const { exitCode, text } = await calibrate(await startModica('error'));
    expect(exitCode).toBe(0);
    expectLine(text, `New challenge: 201, request id ${uuid}`);
    expectLine(text, `Wrong code: 400, error 'invalid_code', request id ${uuid}`);
    expectLine(text, `Entered code: 201, status 'valid', request id ${uuid}`);
    expectLine(text, `Entered code, second use: 201, status 'valid', request id ${uuid}`);
    expectLine(text, `Unknown challenge: 400, error 'invalid_challenge', request id ${uuid}`);
    expect(text).toContain(`
  acceptedStatuses: ['valid'],
  statusVerdicts: {},
  errorVerdicts: { invalid_code: 'rejected', invalid_challenge: 'expired' },
  codePattern: /^[0-9]{6}$/,
`);
  });

  it('prints the replies and the matching options when a wrong code has its own status', async () => {
    const { exitCode, text } = await calibrate(await startModica('status'));
    expect(exitCode).toBe(0);
    expectLine(text, `Wrong code: 201, status 'invalid', request id ${uuid}`);
    expect(text).toContain(`
  acceptedStatuses: ['valid'],
  statusVerdicts: { invalid: 'rejected' },
  errorVerdicts: { invalid_challenge: 'expired' },
  codePattern: /^[0-9]{6}$/,
`);
  });

  it('prints the format and the lifetime of a code, and warns when a code can be used twice', async () => {
    const { text } = await calibrate(await startModica());
    expect(text).toContain('Codes: 6 digits, valid for 300 seconds; a second use is accepted.');
    expect(text).toContain('Warning: the API accepts a code twice');
    expect(text.match(/Warning/g)).toHaveLength(1);
  });

  it('prints no warning when every reply is documented, and maps each value', async () => {
    const text = await calibrateWith({});
    expect(text).not.toContain('Warning');
    expect(text).toContain('a second use is refused');
    expect(text).toContain(
      "errorVerdicts: { invalid_code: 'rejected', invalid_challenge: 'expired', used_code: 'used' },",
    );
  });

  it.each([
    ['are missing', {}, 'created: missing', 'valid for an unknown time'],
    ['are numbers', { created: 1, expires: 2 }, 'created: missing', 'valid for an unknown time'],
    [
      'are invalid',
      { ...times, expires: 'soon' },
      "expires: 'soon' (not a valid timestamp)",
      'valid for an unknown time',
    ],
    [
      'are equal',
      { ...times, expires: times.created },
      `expires: '${times.created}'`,
      'valid for 0 seconds',
    ],
    [
      'are more than an hour apart',
      { ...times, expires: '2026-11-22T03:00:01Z' },
      "expires: '2026-11-22T03:00:01Z'",
      'valid for 3601 seconds',
    ],
  ])('warns when the timestamps of the challenge %s', async (_, challenge, printed, validity) => {
    const text = await calibrateWith({ challenge });
    expect(text).toContain(printed);
    expect(text).toContain(validity);
    expect(text).toContain('Warning: the times of the challenge are not as documented');
  });

  it('prints no warning for a lifetime of one hour', async () => {
    const text = await calibrateWith({ challenge: { ...times, expires: '2026-11-22T03:00:00Z' } });
    expect(text).not.toContain('Warning');
  });

  it.each<[string, ReplyOverride<ModicaPath>]>([
    ['is lost', { path: '/responses', reply: 'lost', processed: true }],
    ['is a 500', codeReply(500, {})],
  ])(
    'prints the options and a warning when the reply to the second use %s',
    async (_, secondUse) => {
      const text = await calibrateWith({ secondUse });
      expect(text).toContain('a second use could not be tested');
      expect(text).toContain('Warning: it is unknown whether a code can be used twice.');
      expect(text).toContain("acceptedStatuses: ['valid']");
    },
  );

  it.each<[string, ReplyOverride<ModicaPath>]>([
    ['is lost', { path: '/responses', reply: 'lost', processed: true }],
    ['is a 404', codeReply(404, {})],
  ])(
    'prints the options and a warning when the reply to an unknown challenge %s',
    async (_, unknownChallenge) => {
      const text = await calibrateWith({ unknownChallenge });
      expect(text).toContain('Warning: there is no documented reply to an unknown challenge.');
      expect(text).toContain("errorVerdicts: { invalid_code: 'rejected', used_code: 'used' }");
    },
  );

  it.each(['', 'x'.repeat(65), 'no code 1234567'])(
    'warns of the error %j, which no option can map',
    async (error) => {
      const text = await calibrateWith({ wrong: codeReply(400, { error }) });
      expect(text).toContain('Warning: a value is empty, too long, or repeats the request');
      expect(text).toContain("errorVerdicts: { invalid_challenge: 'expired', used_code: 'used' },");
    },
  );

  it('maps a value of 64 characters', async () => {
    const error = 'x'.repeat(64);
    const text = await calibrateWith({ wrong: codeReply(400, { error }) });
    expect(text).toContain(`${error}: 'rejected'`);
    expect(text).not.toContain('Warning');
  });

  it('maps a value with several meanings to the first of rejected, expired and used', async () => {
    const no = codeReply(400, { error: 'no' });
    expect(await calibrateWith({ wrong: no, secondUse: no, unknownChallenge: no })).toContain(
      "errorVerdicts: { no: 'rejected' },",
    );
    const gone = codeReply(400, { error: 'gone' });
    expect(await calibrateWith({ secondUse: gone, unknownChallenge: gone })).toContain(
      "errorVerdicts: { invalid_code: 'rejected', gone: 'expired' },",
    );
  });

  it('maps a status and an error with the same value separately', async () => {
    const text = await calibrateWith({
      secondUse: codeReply(201, { status: 'used' }),
      unknownChallenge: codeReply(400, { error: 'valid' }),
    });
    expect(text).toContain("statusVerdicts: { used: 'used' },");
    expect(text).toContain("errorVerdicts: { invalid_code: 'rejected', valid: 'expired' },");
    expect(text).toContain('a second use is refused');
  });

  it('does not take an error for the accepted status of the same value', async () => {
    const text = await calibrateWith({ secondUse: codeReply(400, { error: 'valid' }) });
    expect(text).toContain('a second use is refused');
  });
});

describe('The options that calibrate prints', () => {
  it.each(wrongCodeModes)(
    'accept the correct code in a login and refuse a wrong one (wrong code by %s)',
    async (mode) => {
      const emulator = await startModica(mode);
      const { text } = await calibrate(emulator);
      const { browser } = await startApp({
        strategy: { ...emulator.account, ...(await evaluateOptions(text)) },
      });
      const alice = browser();
      await alice.login();
      const wrong = await alice.enter(wrongCodeFor(emulator));
      expect([wrong.status, wrong.body.code]).toEqual([401, 'code_incorrect']);
      const correct = await alice.enter(newestCode(emulator));
      expect([correct.status, correct.body.user.name]).toEqual([200, 'alice']);
    },
  );

  it('accept the status of the account and no other', async () => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    emulator.overrideNextReply(codeReply(201, { status: "c'est bon" }));
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
    const { browser } = await startApp({
      strategy: { ...emulator.account, ...(await evaluateOptions(program.stdout.text)) },
    });
    const alice = browser();
    await alice.login();
    // The emulator's status 'valid', which the default options accept.
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
  ])('have the pattern of the code %s', async (code, codePattern) => {
    const emulator = await startModica();
    const program = startCalibration(emulator);
    await program.stderr.contains(codePrompt);
    // A wrong code in the same format, unless the first one had it; then the correct code.
    if (code !== '314159') emulator.overrideNextReply(codeReply(400, { error: 'invalid_code' }));
    emulator.overrideNextReply(codeReply(201, { status: 'valid' }));
    program.stdin.write(`${code}\n`);
    expect(await program.exitCode).toBe(0);
    expect((await evaluateOptions(program.stdout.text)).codePattern).toEqual(codePattern);
  });

  it('quote values that are not identifiers', async () => {
    const emulator = await startModica();
    const values = ['no-code', "it's", '\u2028 \\ \u{1f600}', '7up', 'class'];
    const options = [];
    for (const error of values) {
      emulator.overrideNextReply(codeReply(400, { error }));
      options.push(await evaluateOptions((await calibrate(emulator)).text));
    }
    expect(options.map(({ errorVerdicts }) => errorVerdicts)).toEqual(
      values.map((value) => ({ [value]: 'rejected', invalid_challenge: 'expired' })),
    );
  });
});
