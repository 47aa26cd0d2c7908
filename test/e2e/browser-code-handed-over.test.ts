import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import { button, confirm, field, passFirstFactor, see } from './browser/pages.js';
import { hasFocus } from './browser/probes.js';

// The one stub of these tests: no machine of ours has a phone that hands messages to its browser.
const phone = `
  window.OTPCredential = class {};
  window.phone = { asked: [], aborted: 0 };
  navigator.credentials.get = ({ otp, signal }) => new Promise((resolve, reject) => {
    window.phone.asked.push(otp);
    window.phone.handOver = (code) => resolve({ code });
    window.phone.refuse = () => reject(new DOMException('Refused', 'NotAllowedError'));
    signal.addEventListener('abort', () => {
      sessionStorage.setItem('aborted', 'yes');
      reject(signal.reason);
    });
  });`;

describeInBrowser('A code that the phone fills in (WebOTP)', (visit) => {
  it('is put into the field, and the button has the focus', async () => {
    const { page, context, demo, posts } = await visit();
    await context.addInitScript(phone);
    await passFirstFactor(page);
    const code = demo.newestCode();
    expect(await page.evaluate('window.phone.asked')).toEqual([{ transport: ['sms'] }]);

    await page.evaluate(`window.phone.handOver('${code}')`);
    await expect.poll(() => field(page, 'Code').inputValue()).toBe(code);
    await expect.poll(() => hasFocus(button(page, 'Confirm'))).toBe(true);
    expect(posts).toEqual(['POST /login']);
    await page.keyboard.press('Enter');
    await see(page, 'You are logged in');
  });

  it('is no longer awaited once a code was submitted, and may be denied', async () => {
    const { page, context, demo } = await visit();
    await context.addInitScript(phone);
    await passFirstFactor(page);
    await page.evaluate('window.phone.refuse()');
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
    expect(await page.evaluate('window.phone.asked')).toEqual([]);
    expect(await page.evaluate("sessionStorage.getItem('aborted')")).toBe('yes');
  });
});
