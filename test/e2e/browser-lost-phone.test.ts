import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import {
  arriveAt,
  button,
  confirm,
  field,
  fillLogin,
  logIn,
  passFirstFactor,
  see,
} from './browser/pages.js';
import type { Visit } from './browser/visit.js';

/** Logs in, creates a set of recovery codes, writes them down and logs out. */
async function writeDownCodes({ page, demo }: Pick<Visit, 'page' | 'demo'>) {
  await logIn(page, demo.newestCode);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Recovery codes' }).click();
  await see(page, 'You have no recovery codes.');
  await button(page, 'Create new codes').click();
  await see(page, /^Print these codes/);
  const codes = await page.locator('ol.codes code').allTextContents();
  await logOut(page);
  return codes;
}

async function logOut(page: Page): Promise<void> {
  await page.goto('/');
  await button(page, 'Log out').click();
  await see(page, 'You have been logged out.');
}

async function logInWithRecoveryCode(page: Page, code: string): Promise<void> {
  await fillLogin(page);
  await page.getByText('Lost your phone?').click();
  await field(page, 'Recovery code').fill(code);
  await button(page, 'Log in').click();
}

describeInBrowser('A user who has lost the phone, in a browser', (visit) => {
  it.each([
    { scripts: 'with scripts', javaScriptEnabled: true },
    { scripts: 'without scripts', javaScriptEnabled: false },
  ])(
    'logs in with a recovery code and replaces the number, $scripts',
    async ({ javaScriptEnabled }) => {
      const { page, demo } = await visit({ javaScriptEnabled });
      const [code = ''] = await writeDownCodes({ page, demo });

      await passFirstFactor(page);
      await page.getByText('Lost your phone?').click();
      await field(page, 'Recovery code').fill('0000-0000-0000-0000');
      await button(page, 'Use recovery code').click();
      await see(page, 'That recovery code is incorrect. 4 attempts left.');
      await field(page, 'Recovery code').fill(code.toLowerCase());
      await button(page, 'Use recovery code').click();
      await arriveAt(page, '/account/phone');
      await see(page, /^You used a recovery code and have 9 left\./);
      await field(page, 'New mobile number').fill('021 555 0123');
      await button(page, 'Send code').click();
      await arriveAt(page, '/account/phone/code');
      await confirm(page, demo.newestCode());
      await see(page, /^Your mobile number has been changed/);
    },
  );

  it('ends the trust in the old devices with the new number', async () => {
    const { page, context, demo } = await visit();
    const [code = ''] = await writeDownCodes({ page, demo });
    await passFirstFactor(page);
    await field(page, 'Trust this device for 14 days').check();
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
    await logOut(page);

    const elsewhere = await context.browser()?.newContext({ baseURL: demo.url });
    onTestFinished(() => elsewhere?.close());
    const other = await elsewhere?.newPage();
    if (!other) throw new Error('No second browser');
    await logInWithRecoveryCode(other, code);
    await arriveAt(other, '/account/phone');
    await field(other, 'New mobile number').fill('021 555 0123');
    await button(other, 'Send code').click();
    await confirm(other, demo.newestCode());
    await see(other, /^Your mobile number has been changed/);
    await other.goto('/account/devices');
    await see(other, 'No trusted devices yet.');
    expect(demo.messages().at(-1)?.to).toBe('+64215550123');

    // Not let in without a code: to the new phone.
    await fillLogin(page);
    await button(page, 'Log in').click();
    await see(page, 'Enter your code');
    expect(demo.messages().at(-1)?.to).toBe('+64215550123');
  });

  it('uses all ten codes, is asked to create new ones, and logs in with those alone', async () => {
    const { page, demo } = await visit();
    const codes = await writeDownCodes({ page, demo });
    expect(codes).toHaveLength(10);
    for (const [index, code] of codes.entries()) {
      await logInWithRecoveryCode(page, code);
      await arriveAt(page, '/account/phone');
      if (index === codes.length - 1) break;
      await see(page, new RegExp(`^You used a recovery code and have ${9 - index} left\\.`));
      await logOut(page);
    }
    await see(page, /^You used your last recovery code\..* Then create new recovery codes\.$/);
    await page.goto('/account');
    await page.getByRole('link', { name: 'Recovery codes' }).click();
    await see(page, 'You have no recovery codes.');
    await button(page, 'Create new codes').click();
    await see(page, /^Print these codes/);
    const [fresh = ''] = await page.locator('ol.codes code').allTextContents();
    expect(codes).not.toContain(fresh);
    await logOut(page);

    await logInWithRecoveryCode(page, codes[0] ?? '');
    await see(page, /^That recovery code is incorrect/);
    await logInWithRecoveryCode(page, fresh);
    await arriveAt(page, '/account/phone');
  });

  it('logs in beside the password, without any message', async () => {
    const { page, demo } = await visit();
    const [, code = ''] = await writeDownCodes({ page, demo });
    const sent = demo.messages().length;
    await logInWithRecoveryCode(page, code);
    await arriveAt(page, '/account/phone');
    expect(demo.messages()).toHaveLength(sent);
  });
});
