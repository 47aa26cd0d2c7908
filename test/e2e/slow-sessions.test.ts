import { describe, expect, it, onTestFinished } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { Browser, type Page, writeSessionsLate } from '../fixtures/slow-sessions.js';
import { noticeOf, titleOf } from './browser-of.js';
import { startDemonstration } from './example.js';

/** The example, and a browser that is faster than its sessions. */
async function start() {
  const demo = await startDemonstration();
  const browser = new Browser(demo.url);
  onTestFinished(writeSessionsLate(browser));
  let page: Page = await browser.open('/login');
  /** Fills in the form of the page that is open. */
  const send = async (path: string, fields: Record<string, string> = {}) => {
    const [, _csrf = ''] = /name="_csrf" value="([^"]+)"/.exec(page.text) ?? [];
    page = await browser.post(path, { _csrf, ...fields });
    return page;
  };
  const open = async (path: string) => {
    page = await browser.open(path);
    return page;
  };
  const enter = (path: string) => send(path, { code: demo.newestCode() });
  return { ...demo, open, send, enter };
}

describe('While sessions are written late', () => {
  it('F17: a login leads to the code page and then home', async () => {
    const { send, enter } = await start();

    expect(titleOf(await send('/login', demoUser))).toBe('Enter your code');
    expect(titleOf(await enter('/login/code'))).toBe('You are logged in');
  });

  it('F17: a code is requested once, and leads back to the page that required it', async () => {
    const clock = stopClock();
    const { open, send, enter, emulator } = await start();
    await send('/login', demoUser);
    await enter('/login/code');
    clock.advance(5 * minute + second);

    expect((await open('/account/phone')).path).toBe('/confirm');
    expect((await send('/confirm')).path).toBe('/confirm/code');
    expect((await enter('/confirm/code')).path).toBe('/account/phone');
    expect((await send('/account/phone', { mobile: '021 555 0123' })).path).toBe(
      '/account/phone/code',
    );
    expect(noticeOf(await enter('/account/phone/code'))).toMatch(
      /^Your mobile number has been changed/,
    );
    expect(emulator.messages).toHaveLength(3);
  });

  it('F17: a notice is shown on the next page', async () => {
    const clock = stopClock();
    const { send, wrongCode, enter } = await start();
    expect(noticeOf(await send('/login', { ...demoUser, password: 'wrong' }))).toBeDefined();
    await send('/login', demoUser);

    expect(noticeOf(await send('/login/code', { code: wrongCode() }))).toMatch(/4 attempts left/);
    clock.advance(31 * second);
    expect(noticeOf(await send('/login/code', { resend: '1' }))).toBe('A new code is on its way.');
    await enter('/login/code');
    expect(noticeOf(await send('/logout'))).toBe('You have been logged out.');
  });
});
