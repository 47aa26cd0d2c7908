import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import {
  arriveAt,
  button,
  confirm,
  demoUser,
  field,
  fillLogin,
  passFirstFactor,
  see,
} from './browser/pages.js';
import { hasFocus } from './browser/probes.js';

describeInBrowser('A trusted device in a browser', (visit) => {
  it.each([{ scripts: 'with scripts', javaScriptEnabled: true }])(
    'is trusted beside the code, logs in without one, is listed, and is revoked, $scripts',
    async ({ javaScriptEnabled }) => {
      const { page, demo } = await visit({ javaScriptEnabled });

      await passFirstFactor(page);
      const box = field(page, 'Trust this device for 14 days');
      expect(await box.isChecked()).toBe(false);
      await see(page, /less secure/);
      await box.check();
      await confirm(page, demo.newestCode());
      await see(page, /with your password and a code\./);
      await button(page, 'Log out').click();

      await fillLogin(page);
      await button(page, 'Log in').click();
      await arriveAt(page, '/');
      await see(page, /with your password\./);
      expect(demo.messages()).toHaveLength(1);
      await page.getByRole('link', { name: 'Account' }).click();
      await page.getByRole('link', { name: 'Recent activity' }).click();
      await see(page, 'Logged in from a trusted device, without a code');
      await page.getByRole('link', { name: 'Back to your account' }).click();
      await page.getByRole('link', { name: 'Trusted devices' }).click();
      await see(page, 'Chrome, Linux');
      await see(page, 'This device');
      await button(page, 'Remove').click();
      await see(page, 'The device has been removed. It now needs a code to log in.');
      await see(page, 'No trusted devices yet.');
      await page.goto('/');
      await button(page, 'Log out').click();
      await passFirstFactor(page);
      expect(demo.messages()).toHaveLength(2);
    },
  );

  it('is removed when the password changes, and sessions elsewhere end', async () => {
    const { page, context, demo } = await visit();
    const browser = context.browser();
    await passFirstFactor(page);
    await field(page, 'Trust this device for 14 days').check();
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
    const elsewhere = await browser?.newContext({ baseURL: demo.url });
    await elsewhere?.addCookies((await context.cookies()).filter(({ name }) => name === 'session'));
    const other = await elsewhere?.newPage();
    await other?.goto('/account');

    await page.goto('/account/password');
    expect(await hasFocus(field(page, 'Current password'))).toBe(true);
    await field(page, 'Current password').fill(demoUser.password);
    await field(page, 'New password').fill('a new password');
    await page.keyboard.press('Enter');
    await see(page, /^Your password has been changed\./);
    await page.goto('/account/devices');
    await see(page, 'No trusted devices yet.');
    await other?.goto('/account');
    expect(new URL(other?.url() ?? '').pathname).toBe('/login');
    await elsewhere?.close();
  });
});
