import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sessionText, startApp } from '../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { listenToEvents } from '../fixtures/events.js';
import { listen } from '../fixtures/listen.js';

const authorization = Buffer.from('app:canary-password').toString('base64');

/** Everything that a log could show of a value. */
const shown = (value: unknown) =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(value);

describe('A18: the secrets', () => {
  it('of the app are not in the strategy, before or after it is used', async () => {
    const { browser, strategy, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCodeFor(emulator));
    const text = inspect(strategy, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    expect(text).not.toContain('canary-password');
    expect(text).not.toContain(authorization);
  });

  it('(code, credential, full number) are in no session, answer or event', async () => {
    const events = listenToEvents();
    const { browser, emulator, sessions } = await startApp();
    const alice = browser();
    const answers = [await alice.login(), await alice.login(), await alice.get('/login/code')];
    const code = newestCode(emulator);
    answers.push(await alice.enter(wrongCodeFor(emulator)), await alice.resend());
    emulator.overrideNextReply({
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
  ] as const)('(code, credential, full number) are in no error: %s', async (_what, override) => {
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
    emulator.overrideNextReply({ ...override, path: '/challenges' });
    await alice.login();
    await alice.login();
    const code = emulator.messages.at(-1)?.code ?? 'none';
    emulator.overrideNextReply({ ...override, path: '/responses' });
    await alice.enter('987654');
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      for (const secret of ['canary-password', authorization, '211111111', code, '987654']) {
        expect(shown(error)).not.toContain(secret);
      }
    }
  });
});

describe('A19: a redirect', () => {
  it.each([301, 302, 307, 308])(
    '%i is refused, and nothing is sent to its target',
    async (status) => {
      const elsewhere = await listen(createServer());
      const { browser, emulator } = await startApp();
      const location = `http://127.0.0.1:${elsewhere.port}/challenges`;
      const redirect = {
        reply: 'replaced',
        processed: false,
        status,
        headers: { location },
      } as const;
      emulator.overrideNextReply({ ...redirect, path: '/challenges' });
      const refused = await browser().login();
      expect(refused.status).toBe(502);
      expect(refused.body.code).toBe('provider_reply_undocumented');
      const bob = browser();
      await bob.login('bob');
      emulator.overrideNextReply({ ...redirect, path: '/responses' });
      expect((await bob.enter(newestCode(emulator))).status).toBe(502);
      expect(elsewhere.connections()).toBe(0);
    },
  );
});

describe('A22: an answer before the first factor', () => {
  it('does not reveal the number, nor whether there is one', async () => {
    const { browser, users } = await startApp();
    const stranger = browser();
    const answers = async () => [
      (await stranger.login('alice', 'wrong')).text,
      (await stranger.get('/login/code')).text,
      (await stranger.enter('123456')).text,
      (await stranger.resend()).text,
    ];
    const withNumber = await answers();
    for (const text of withNumber) expect(text).not.toMatch(/11|destination|•/);
    users.alice.mobile = null;
    expect(await answers()).toEqual(withNumber);
  });

  it.each(['+6421111', '+642111111'])(
    'is followed by one that masks even a short number (%s)',
    async (mobile) => {
      const { browser, users } = await startApp();
      users.alice.mobile = mobile;
      const { challenge } = (await browser().login()).body;
      expect(challenge.destination.replaceAll('•', '').length).toBeLessThanOrEqual(
        mobile.length / 4,
      );
    },
  );
});
