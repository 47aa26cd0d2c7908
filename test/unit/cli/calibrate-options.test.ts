import { describe, expect, it } from 'vitest';
import { startApp } from '../../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import {
  answer,
  calibrated,
  calibrating,
  enterCode,
  readings,
  startModica,
} from './calibrating.js';

/** The options that were printed, as a module has them that they are pasted into. */
async function pasted(text: string) {
  const [options] =
    /^ {2}acceptedStatuses:[\s\S]*?^ {2}errorVerdicts:.*$(?:\n {2}codeForm:.*$)?/m.exec(text) ?? [];
  const source = `export const options = {\n${options}\n};`;
  const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return module.options;
}

describe('The options that passport-modica-2fa calibrate prints', () => {
  it.each(readings)(
    'log in with the right code and refuse a wrong one (by %s)',
    async (reading) => {
      const emulator = await startModica(reading);
      const { text } = await calibrated(emulator);
      const { browser } = await startApp({
        strategy: { ...emulator.account, ...(await pasted(text)) },
      });
      const alice = browser();
      await alice.login();
      const wrong = await alice.enter(wrongCodeFor(emulator));
      expect([wrong.status, wrong.body.code]).toEqual([401, 'code_rejected']);
      const right = await alice.enter(newestCode(emulator));
      expect([right.status, right.body.user.name]).toEqual([200, 'alice']);
    },
  );

  it('accept the word of the account, and that of nobody else', async () => {
    const emulator = await startModica();
    const program = calibrating(emulator);
    await program.stderr.shows('The code');
    emulator.bendNext(answer(201, { status: "c'est bon" }));
    await enterCode(program, emulator);
    expect(await program.exitCode).toBe(0);
    const { browser } = await startApp({
      strategy: { ...emulator.account, ...(await pasted(program.stdout.text)) },
    });
    const alice = browser();
    await alice.login();
    // The emulator's own word, which the default takes for a yes.
    expect((await alice.enter(newestCode(emulator))).status).toBe(401);
    emulator.bendNext(answer(201, { status: "c'est bon" }));
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it.each([
    ['314159', /^[0-9]{6}$/],
    ['31415', /^[0-9]{5}$/],
    ['AbCdEf', /^[0-9A-Za-z]{6}$/],
    ['A1b2C3d4', /^[0-9A-Za-z]{8}$/],
    ['12-34-56', undefined],
  ])('have the pattern of the code that came: %s', async (code, codeForm) => {
    const emulator = await startModica();
    const program = calibrating(emulator);
    await program.stderr.shows('The code');
    // A wrong code of that form, where the first one was of another; then the right one.
    if (code !== '314159') emulator.bendNext(answer(400, { error: 'invalid_code' }));
    emulator.bendNext(answer(201, { status: 'valid' }));
    program.stdin.write(`${code}\n`);
    expect(await program.exitCode).toBe(0);
    expect((await pasted(program.stdout.text)).codeForm).toEqual(codeForm);
  });

  it('name any word, also one that is no name', async () => {
    const emulator = await startModica();
    const words = ['no-code', "it's", '\u2028 \\ \u{1f600}', '7up', 'class'];
    const options = [];
    for (const error of words) {
      emulator.bendNext(answer(400, { error }));
      options.push(await pasted((await calibrated(emulator)).text));
    }
    expect(options.map(({ errorVerdicts }) => errorVerdicts)).toEqual(
      words.map((word) => ({ [word]: 'rejected', invalid_challenge: 'expired' })),
    );
  });
});
