import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import { arriveAt, button, demoUser, field, see } from './browser/pages.js';
import { focusShows, hasFocus } from './browser/probes.js';

/** Presses Tab until the focus is there; it must be seen at every stop. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 15; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press('Tab');
    expect(await focusShows(page)).toBe(true);
  }
  throw new Error(`Tab does not get to ${target}`);
}

describeInBrowser('The keyboard alone', (visit) => {
  it('completes the whole login, with a visible focus at each step', async () => {
    const { page, demo } = await visit();

    await page.goto('/login');
    await tabTo(page, field(page, 'Username'));
    await page.keyboard.type(demoUser.username);
    await tabTo(page, field(page, 'Password'));
    await page.keyboard.type(demoUser.password);
    await tabTo(page, button(page, 'Log in'));
    await page.keyboard.press('Enter');

    await arriveAt(page, '/login/code');
    await expect.poll(() => hasFocus(field(page, 'Code'))).toBe(true);
    expect(await focusShows(page)).toBe(true);
    await page.keyboard.type(demo.newestCode());
    await page.keyboard.press('Enter');

    await see(page, 'You are logged in');
    await tabTo(page, button(page, 'Log out'));
    await page.keyboard.press('Enter');
    await see(page, 'You have been logged out.');
  });

  it('starts in the code field again after an incorrect code', async () => {
    const { page, demo } = await visit();

    await page.goto('/login');
    await field(page, 'Username').fill(demoUser.username);
    await field(page, 'Password').fill(demoUser.password);
    await page.keyboard.press('Enter');
    await arriveAt(page, '/login/code');
    await page.keyboard.type(demo.wrongCode());
    await page.keyboard.press('Enter');
    await see(page, 'That code is incorrect. 4 attempts left.');
    await expect.poll(() => hasFocus(field(page, 'Code'))).toBe(true);
  });
});
