import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sessionText, startApp } from '../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';

const authorization = Buffer.from('app:canary-password').toString('base64');

/** Everything that a log could show of a value. */
const shown = (value: unknown) =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(value);

function collectEvents(): unknown[] {
  const events: unknown[] = [];
  const listen = (event: unknown) => events.push(event);
  subscribe('passport-modica-2fa', listen);
  onTestFinished(() => {
    unsubscribe('passport-modica-2fa', listen);
  });
  return events;
}

describe('A18: secrets', () => {
  it('no credential is in the strategy, before or after it is used', async () => {
    const { browser, strategy, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    const text = inspect(strategy, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    expect(text).not.toContain('canary-password');
    expect(text).not.toContain(authorization);
  });

  it('no code, credential or full number is in the session, in an answer or in an event', async () => {
    const events = collectEvents();
    const { browser, emulator, sessions } = await startApp();
    const alice = browser();
    const answers = [await alice.login(), await alice.login(), await alice.get('/login/code')];
    const code = newestCode(emulator);
    answers.push(await alice.enter(wrongCodeFor(emulator)), await alice.resend());
    emulator.bendNext({
      reply: 'replaced',
      processed: true,
      status: 201,
      body: '{"status":"odd"}',
    });
    answers.push(await alice.enter(code));
    const texts = [await sessionText({ sessions }), shown(events), ...answers.map((a) => a.text)];
    expect(events.length).toBeGreaterThan(0);
    for (const text of texts) {
      for (const secret of [code, 'canary-password', authorization, '211111111']) {
        expect(text).not.toContain(secret);
      }
    }
  });

  it.each([
    ['answer lost', { reply: 'lost', processed: true }],
    ['credentials refused', { reply: 'replaced', processed: false, status: 401 }],
    ['undocumented reply', { reply: 'replaced', processed: false, status: 201, body: 'odd' }],
    ['server error', { reply: 'replaced', processed: false, status: 500 }],
  ] as const)('no code, credential or full number is in an error: %s', async (_what, bend) => {
    const errors: unknown[] = [];
    const { browser, emulator } = await startApp({
      routes: ({ app }) => {
        app.use(((error, _req, _res, next) => {
          errors.push(error);
          next(error);
        }) satisfies import('express').ErrorRequestHandler);
      },
    });
    const alice = browser();
    emulator.bendNext({ ...bend, path: '/challenges' });
    await alice.login();
    await alice.login();
    const code = emulator.messages.at(-1)?.code ?? 'none';
    emulator.bendNext({ ...bend, path: '/responses' });
    await alice.enter('987654');
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      for (const secret of ['canary-password', authorization, '211111111', code, '987654']) {
        expect(shown(error)).not.toContain(secret);
      }
    }
  });
});
