import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import { arriveAt, button, confirm, field, fillPayment, logIn, see } from './browser/pages.js';
import { hasFocus } from './browser/probes.js';

/** Waits for what is confirmed. */
async function seeDetails(page: Page, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await page.locator('dd', { hasText: text }).waitFor();
}

describeInBrowser('A payment in a browser', (visit) => {
  it.each([
    { scripts: 'with scripts', javaScriptEnabled: true },
    { scripts: 'without scripts', javaScriptEnabled: false },
  ])(
    'goes from home by form and code to the list, $scripts, and shows all the way what is paid',
    async ({ javaScriptEnabled }) => {
      const { page, demo, posts } = await visit({ javaScriptEnabled });

      await logIn(page, demo.newestCode);
      await page.getByRole('link', { name: 'Payments' }).click();
      await fillPayment(page, 'Bakery', '12.5');
      await arriveAt(page, '/payments/1/confirm');
      await seeDetails(page, '12.50 NZD', 'Bakery');
      expect(demo.messages()).toHaveLength(1);
      await button(page, 'Send code').click();
      await arriveAt(page, '/payments/1/confirm/code');
      await seeDetails(page, '12.50 NZD', 'Bakery');
      expect(demo.messages().at(-1)?.text).toContain('pay 12.50 NZD, reference 1, to Bakery');
      await confirm(page, demo.newestCode());
      await arriveAt(page, '/payments');
      await see(page, 'You paid 12.50 NZD to Bakery.');
      await see(page, /^Paid on /);
      expect(posts.slice(2)).toEqual([
        'POST /payments',
        'POST /payments/1/confirm',
        'POST /payments/1/confirm/code',
      ]);
    },
  );

  it("A24: is not paid with this tab's code after another tab has changed it", async () => {
    const { page, context, demo } = await visit();
    await logIn(page, demo.newestCode);
    await page.goto('/payments');
    await fillPayment(page, 'Bakery', '12.50');
    await button(page, 'Send code').click();
    await field(page, 'Code').waitFor();

    const other = await context.newPage();
    await other.goto('/payments/1');
    expect(await field(other, 'Amount in NZD').inputValue()).toBe('12.50');
    await fillPayment(other, 'Thief', '9000');
    await seeDetails(other, '9000.00 NZD', 'Thief');
    await confirm(page, demo.newestCode());
    await see(page, /^Nothing was paid: this code is for another payment/);
    await seeDetails(page, '9000.00 NZD', 'Thief');
    await page.getByRole('link', { name: 'Change this payment' }).click();
    await fillPayment(page, 'Bakery', '12.60');
    await button(page, 'Send code').click();
    await field(page, 'Code').waitFor();
    await confirm(page, demo.newestCode());
    await see(page, 'You paid 12.60 NZD to Bakery.');
  });

  it('works with the keyboard alone', async () => {
    const { page, demo } = await visit();
    await logIn(page, demo.newestCode);
    await page.goto('/payments');

    await field(page, 'Payee').focus();
    await page.keyboard.type('Bakery');
    await page.keyboard.press('Tab');
    await page.keyboard.type('12.50');
    await page.keyboard.press('Enter');
    await arriveAt(page, '/payments/1/confirm');
    await page.keyboard.press('Tab');
    expect(await hasFocus(button(page, 'Send code'))).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => hasFocus(field(page, 'Code'))).toBe(true);
    await page.keyboard.type(demo.newestCode());
    await page.keyboard.press('Enter');
    await see(page, 'You paid 12.50 NZD to Bakery.');
  });
});
