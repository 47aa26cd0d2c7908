import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { minute, second } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { describeInBrowser } from './browser/chromium.js';
import { openCodePage } from './browser/code-page.js';
import { covered } from './browser/covered.js';
import { button, field, see } from './browser/pages.js';
import { hasFocus } from './browser/probes.js';

const isHeld = (page: Page, name: string) => button(page, name).getAttribute('aria-disabled');

/** With the mouse itself: Playwright's click() waits for the answer, which comes late here. */
async function press(page: Page, name: string, clickCount = 1): Promise<void> {
  const box = await button(page, name).boundingBox();
  if (!box) throw new Error(`${name} is not on the page`);
  await page.mouse.click(box.x + 5, box.y + 5, { clickCount });
}

/** Every page here has a policy with Trusted Types; a violation fails the test (browser/visit.ts). */
describeInBrowser('The code form that is enhanced', (visit) => {
  const open = async (seconds?: Parameters<typeof openCodePage>[1]) => {
    const { page, context } = await visit();
    await context.clock.install();
    return { page, context, ...(await openCodePage(page, seconds)) };
  };

  it.each([
    [
      'an SMS',
      'Your code is 123456. Use it to pay 1200.50 NZD.\n\n@shop.example #123456',
      '123456',
    ],
    ['a code beside another number', 'In 10 123456', '123456'],
    ['a code with spaces', ' 123 456\n', '123456'],
    ['a code with a no-break space', '123\u00a0456', '123456'],
    ['a code with a dash', '123-456', '123456'],
    ['a code in full-width digits', '１２３４５６', '123456'],
    ['a code in Arabic digits', '١٢٣٤٥٦', '123456'],
    ['text without a code as it is', 'AB12CD', 'AB12CD'],
  ])('takes from the clipboard %s', async (_what, text, code) => {
    const { page, context } = await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate("window.inputs = 0; addEventListener('input', () => window.inputs++)");
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);

    await field(page, 'Code').focus();
    await page.keyboard.press('Control+V');
    await expect.poll(() => field(page, 'Code').inputValue()).toBe(code);
    expect(await page.evaluate('window.inputs')).toBe(1);
  });

  it('replaces what the field contains, also where a framework has replaced its setter', async () => {
    const { page } = await open();
    await field(page, 'Code').fill('99');
    const seen = await page.evaluate(`(() => {
      const field = document.querySelector('#code');
      let seen = 0;
      Object.defineProperty(field, 'value', { get: () => 'tracked', set: () => { seen += 1; } });
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', '123456');
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
      field.dispatchEvent(new ClipboardEvent('paste', { cancelable: true }));
      delete field.value;
      return seen;
    })()`);
    expect(seen).toBe(0);
    expect(await field(page, 'Code').inputValue()).toBe('123456');
  });

  it('posts the name of the pressed button, once, whatever is pressed then', async () => {
    const { page, posts, leave } = await open();
    const gate = closedGate();
    leave(gate.opened);
    // DevTools cannot look into a page that is about to be left: it looks at itself.
    await page.evaluate(`document.forms[0].addEventListener('submit', () => setTimeout(() => {
      const buttons = [...document.querySelectorAll('button')];
      sessionStorage.held = buttons.map((one) => one.ariaDisabled);
      sessionStorage.focus = document.activeElement.name;
      buttons[0].click();
      for (const form of document.forms) form.requestSubmit();
    }, 50), { once: true })`);
    await field(page, 'Code').fill('123456');
    await press(page, 'Trust this device', 2);
    await expect.poll(() => posts).toEqual(['code=123456&trust=1']);
    gate.open();
    await expect.poll(() => page.title()).toBe('Posted');
    expect(await page.evaluate('sessionStorage.held')).toBe('true,true,true,true');
    expect(await page.evaluate('sessionStorage.focus')).toBe('trust');
    expect(posts).toHaveLength(1);
  });

  it('can be submitted again after 20 seconds where the answer was no other page', async () => {
    const { page, posts } = await open();
    await press(page, 'Confirm');
    await expect.poll(() => posts).toHaveLength(1);
    await page.clock.fastForward(19 * second);
    expect(await isHeld(page, 'Confirm')).toBe('true');
    await page.clock.fastForward(2 * second);
    expect(await isHeld(page, 'Confirm')).toBe(null);
    await press(page, 'Confirm');
    await expect.poll(() => posts).toHaveLength(2);
  });

  it.each(['document', 'document.forms[0]'])(
    'is released where a listener of %s prevents the submit',
    async (target) => {
      const { page, posts } = await open();
      await page.evaluate(
        `${target}.addEventListener('submit', (event) => event.preventDefault(), { once: true })`,
      );
      await press(page, 'Confirm');
      await page.clock.runFor(10);
      expect(await isHeld(page, 'Confirm')).toBe(null);
      await press(page, 'Confirm');
      await expect.poll(() => posts).toHaveLength(1);
    },
  );

  it('is sent by the app where it says how, until that settles, also by failing', async () => {
    const { page, posts } = await open();
    await page.evaluate(`undo(); window.sent = [];
      addEventListener('unhandledrejection', (event) => event.preventDefault());
      enhanceCodeForm(document.forms[0], { submit: (data, form) => {
        sent.push(new URLSearchParams(data).toString());
        return new Promise((resolve, reject) => Object.assign(window, { resolve, reject }));
      } })`);
    await field(page, 'Code').fill('123456');
    for (const settle of ['resolve', 'reject']) {
      await press(page, 'Trust this device', 2);
      expect(await isHeld(page, 'Confirm')).toBe('true');
      await page.evaluate(`void ${settle}()`);
      await expect.poll(() => isHeld(page, 'Confirm')).toBe(null);
    }
    expect(await page.evaluate('sent')).toEqual(Array(2).fill('code=123456&trust=1'));
    expect(posts).toEqual([]);
  });

  it('counts seconds, whatever the time of its clock, and also while the device sleeps', async () => {
    const { page } = await open();
    await page.clock.setSystemTime('2001-01-01');
    await page.reload();
    await see(page, 'The code expires in 5:00.');
    await see(page, 'You can request a new code in 0:30.');
    await page.clock.runFor(29 * second);
    await see(page, 'The code expires in 4:31.');
    for (const name of ['Send a new code', 'Call me']) {
      expect(await button(page, name).isDisabled()).toBe(true);
    }
    // One tick for all the time, as after a sleep.
    await page.clock.fastForward(4 * minute);
    await see(page, 'The code expires in 0:31.');
    await see(page, 'You can request a new code now.');
    await page.clock.fastForward(31 * second);
    await see(page, 'This code has expired.');
  });

  it('lets another code be requested with either button once the time is over', async () => {
    const { page, posts } = await open();
    await page.clock.fastForward(31 * second);
    await press(page, 'Call me');
    await expect.poll(() => posts).toEqual(['resend=voice']);
  });

  it('announces twice in all, and never the seconds', async () => {
    const { page } = await open();
    await page.evaluate(`window.announced = [];
      for (const region of document.querySelectorAll('[role=status]')) {
        new MutationObserver(() => announced.push(region.textContent))
          .observe(region, { childList: true, characterData: true, subtree: true });
      }`);
    const live = page.locator('[role=status], [role=alert], [aria-live]');
    expect(await live.allTextContents()).toEqual(['', '']);
    await page.clock.runFor(6 * minute);
    expect(await page.evaluate('announced')).toEqual([
      'You can request a new code now.',
      'This code has expired.',
    ]);
  });

  it('leaves alone what has no time left', async () => {
    const { page } = await open({ resendIn: 0, expiresIn: -1 });
    await see(page, 'Wait 30 seconds');
    await see(page, 'The code expires at 16:24.');
    expect(await button(page, 'Call me').isEnabled()).toBe(true);
    expect(await page.locator('[role=status]').count()).toBe(0);
  });

  it('is as it was after an undo, at any time', async () => {
    const { page, posts } = await open();
    const body = () => page.evaluate('document.body.innerHTML');
    const before = await page.evaluate('whole');
    expect(await body()).not.toBe(before);
    await page.evaluate("document.forms[0].addEventListener('submit', (e) => e.preventDefault())");
    await press(page, 'Confirm');
    await page.evaluate('undo()');
    expect(await body()).toBe(before);
    await page.clock.runFor(6 * minute);
    expect(await body()).toBe(before);
    expect(posts).toEqual([]);
  });

  it.each([
    ['without a field for the code', 'document.forms[1]', /No <input autocomplete/],
    ['where a countdown is a time', 'document.body', /Not seconds: "2028-12-31T16:24Z"/],
  ])('is an error %s', async (_what, root, error) => {
    const { page } = await open();
    await page.evaluate(
      "undo(); document.querySelector('#expiry').dataset.expiresIn = '2028-12-31T16:24Z'",
    );
    await expect(page.evaluate(`enhanceCodeForm(${root})`)).rejects.toThrow(error);
  });
});

/** Stubbed: no machine of ours has a phone that hands SMS to its browser. */
const phone = `
  window.OTPCredential = class {};
  window.asked = 0;
  navigator.credentials.get = ({ otp: { transport }, signal }) => new Promise((resolve, reject) => {
    if (transport.join() !== 'sms') reject(new TypeError(transport));
    asked += 1;
    window.handOver = (code) => resolve({ code });
    signal.addEventListener('abort', () => { window.aborted = asked; reject(signal.reason); });
  });`;

describeInBrowser('WebOTP, which is stubbed here,', (visit) => {
  const open = async () => {
    const { page, context } = await visit();
    await context.addInitScript(phone);
    return { page, ...(await openCodePage(page)) };
  };
  const aborted = (page: Page) => page.evaluate('window.aborted');

  it('fills in the code, and submitting stays with the user', async () => {
    const { page, posts } = await open();
    await page.evaluate("handOver('123456')");
    await expect.poll(() => field(page, 'Code').inputValue()).toBe('123456');
    await expect.poll(() => hasFocus(button(page, 'Confirm'))).toBe(true);
    expect(posts).toEqual([]);
  });

  it.each([
    ['a submit', 'document.forms[0].requestSubmit()'],
    ['an undo', 'undo()'],
    ['leaving the page', "dispatchEvent(new PageTransitionEvent('pagehide'))"],
  ])('is aborted by %s', async (_what, act) => {
    const { page } = await open();
    await page.evaluate(act);
    expect(await aborted(page)).toBe(1);
  });

  // The event is dispatched here: a Chromium that is driven restores no page from its back/forward cache.
  it('is asked again, and the form is released, when the page is restored', async () => {
    const { page } = await open();
    const shown = (persisted: boolean) =>
      page.evaluate(
        `dispatchEvent(new PageTransitionEvent('pageshow', { persisted: ${persisted} }))`,
      );
    await press(page, 'Confirm');
    await shown(false);
    expect(await isHeld(page, 'Confirm')).toBe('true');
    await shown(true);
    expect(await isHeld(page, 'Confirm')).toBe(null);
    expect(await page.evaluate('asked')).toBe(2);
  });
});

describeInBrowser('The tests above', () => {
  it('run every character of the module', () => {
    expect(covered.neverRun()).toBe('');
  });
});
