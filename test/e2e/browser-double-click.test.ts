import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { closedGate } from '../fixtures/gate.js';
import { describeInBrowser } from './browser/chromium.js';
import {
  arriveAt,
  button,
  confirm,
  field,
  fillLogin,
  passFirstFactor,
  see,
} from './browser/pages.js';

const browsers = [
  { scripts: 'with scripts', javaScriptEnabled: true },
  { scripts: 'without scripts', javaScriptEnabled: false },
];

/** By the mouse itself: Playwright's own click() would wait for the answer to the first one. */
async function pointTo(page: Page, target: Locator): Promise<() => Promise<void>> {
  const box = await target.boundingBox();
  if (!box) throw new Error(`${target} is not on the page`);
  return () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

describeInBrowser('A double click', (visit) => {
  it("on 'Log in' sends one SMS", async () => {
    const { page, demo } = await visit();

    await fillLogin(page);
    await button(page, 'Log in').dblclick();
    await arriveAt(page, '/login/code');
    expect(demo.messages()).toHaveLength(1);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it("on 'Confirm' is one login, and Modica is asked once", async () => {
    const { page, demo } = await visit();

    await passFirstFactor(page);
    await field(page, 'Code').fill(demo.newestCode());
    await button(page, 'Confirm').dblclick();
    await see(page, 'You are logged in');
    expect(demo.codesChecked()).toBe(1);
  });

  it.each(browsers)(
    "on 'Log in' sends one SMS while Modica has not answered yet, $scripts",
    async (browser) => {
      const { page, demo, posts } = await visit({ javaScriptEnabled: browser.javaScriptEnabled });
      const gate = closedGate();
      const asked = demo.holdNext('/challenges', gate.opened);

      await fillLogin(page);
      const click = await pointTo(page, button(page, 'Log in'));
      await click();
      await asked;
      await click();
      if (browser.javaScriptEnabled) gate.open();
      await field(page, 'Code').waitFor();
      gate.open();
      expect(posts).toHaveLength(browser.javaScriptEnabled ? 1 : 2);
      expect(demo.messages()).toHaveLength(1);
      await confirm(page, demo.newestCode());
      await see(page, 'You are logged in');
    },
  );

  it("on 'Confirm' posts once while Modica has not answered yet", async () => {
    const { page, demo, posts } = await visit();

    await passFirstFactor(page);
    const gate = closedGate();
    const asked = demo.holdNext('/responses', gate.opened);
    await field(page, 'Code').fill(demo.newestCode());
    const click = await pointTo(page, button(page, 'Confirm'));
    await click();
    await asked;
    await click();
    gate.open();
    await see(page, 'You are logged in');
    expect(posts).toEqual(['POST /login', 'POST /login/code']);
    expect(demo.codesChecked()).toBe(1);
  });

  it("on 'Confirm' without scripts is a login by the second, whatever comes of the first", async () => {
    const { page, demo } = await visit({ javaScriptEnabled: false });

    await passFirstFactor(page);
    const gate = closedGate();
    const asked = demo.holdNext('/responses', gate.opened);
    await field(page, 'Code').fill(demo.newestCode());
    const click = await pointTo(page, button(page, 'Confirm'));
    await click();
    await asked;
    await click();
    // The browser has dropped the first answer, and with it any cookie that would have come along.
    await see(page, 'You are logged in');
    gate.open();
    await page.goto('/');
    await see(page, 'You are logged in');
  });
});
