import express from 'express';
import express4 from 'express4';
import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('A login under %s', (_version, framework) => {
  it('requests the code that was sent to the phone, and accepts it', async () => {
    const app = await startApp({ framework });
    const browser = app.browser();
    const asked = await browser.login();
    expect(asked.status).toBe(401);
    expect(asked.body).toMatchObject({
      code: 'challenge_sent',
      challenge: { destination: '•••••11', delivery: 'sent', reused: false, attemptsRemaining: 5 },
    });
    const answered = await browser.enter(newestCode(app.emulator));
    expect(answered.status).toBe(200);
    expect(answered.body).toMatchObject({
      user: { name: 'alice' },
      info: { code: 'verified', purpose: 'login', method: 'sms', amr: ['mfa', 'sms'] },
    });
    expect((await browser.get('/me')).body.user.name).toBe('alice');
  });

  it('refuses an incorrect code with the attempts left, and then accepts the correct one', async () => {
    const app = await startApp({ framework });
    const browser = app.browser();
    await browser.login();
    const wrong = await browser.enter(wrongCodeFor(app.emulator));
    expect(wrong.status).toBe(401);
    expect(wrong.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 });
    expect((await browser.get('/me')).status).toBe(401);
    expect((await browser.enter(newestCode(app.emulator))).status).toBe(200);
    expect(checks(app.emulator)).toBe(2);
  });
});
