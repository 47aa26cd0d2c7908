import { expect, it } from 'vitest';
import { second, stopClock } from '../fixtures/clock.js';
import { describeInBrowser } from './browser/chromium.js';
import { button, demoMobile, passFirstFactor } from './browser/pages.js';

describeInBrowser('The demo phone in a browser', (visit) => {
  it('shows each message as it arrives, without a reload', async () => {
    const clock = stopClock();
    const { page, context, demo } = await visit();
    const handset = await context.newPage();
    let loads = 0;
    handset.on('load', () => {
      loads += 1;
    });
    await handset.goto('/handset');
    const message = (code: string) => handset.getByText(code);

    await page.bringToFront();
    await passFirstFactor(page);
    const first = demo.newestCode();
    await message(first).waitFor();
    await handset.getByText(demoMobile).first().waitFor();

    clock.advance(31 * second);
    await page.reload();
    await button(page, 'Send a new code').click();
    await expect.poll(() => demo.messages()).toHaveLength(2);
    await message(demo.newestCode()).waitFor();
    expect(await message(first).count()).toBe(1);
    expect(loads).toBe(1);
  });

  it('shows messages from before it was opened', async () => {
    const { page, demo } = await visit();

    await passFirstFactor(page);
    await page.goto('/handset');
    await page.getByText(demo.newestCode()).waitFor();
  });
});
