import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInWholeBrowser } from './browser/chromium.js';
import {
  arriveAt,
  button,
  confirm,
  field,
  fillLogin,
  fillPayment,
  logIn,
  passFirstFactor,
  see,
} from './browser/pages.js';

describeInWholeBrowser('In a browser', (visit) => {
  it('a refresh of the code page sends no second SMS', async () => {
    const { page, demo, posts } = await visit();

    await passFirstFactor(page);
    await page.reload();
    await page.reload();
    await field(page, 'Code').waitFor();
    expect(demo.messages()).toHaveLength(1);
    expect(posts).toEqual(['POST /login']);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it('a refresh after a wrong code does not try it again', async () => {
    const { page, demo } = await visit();

    await passFirstFactor(page);
    await confirm(page, demo.wrongCode());
    await see(page, 'That code is incorrect. 4 attempts left.');
    await page.reload();
    await see(page, /4 attempts left/);
    expect(demo.codesChecked()).toBe(1);
  });

  it('back after the login shows no code page, posts nothing and sends no SMS', async () => {
    const { page, demo, posts } = await visit();

    await logIn(page, demo.newestCode);
    const posted = [...posts];
    await page.goBack();
    await page.getByRole('main').waitFor();
    expect(await field(page, 'Code').count()).toBe(0);
    await page.goBack();
    await page.getByRole('main').waitFor();
    expect(posts).toEqual(posted);
    expect(demo.messages()).toHaveLength(1);
    await page.goto('/');
    await see(page, 'You are logged in');
  });

  it('back from the code page goes to the login, and the next login sends no second SMS', async () => {
    const { page, demo } = await visit();

    await passFirstFactor(page);
    await page.goBack();
    await arriveAt(page, '/login');
    await passFirstFactor(page);
    expect(demo.messages()).toHaveLength(1);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it('back after logout shows no page from behind the login', async () => {
    const { page, demo, posts } = await visit();

    await logIn(page, demo.newestCode);
    await button(page, 'Log out').click();
    await see(page, 'You have been logged out.');
    const posted = [...posts];
    await page.goBack();
    await arriveAt(page, '/login');
    expect(await page.getByText('You are logged in').count()).toBe(0);
    expect(posts).toEqual(posted);
    expect(demo.messages()).toHaveLength(1);
  });

  it('a refresh, the back button or a double click does not repeat a payment', async () => {
    const { page, demo, posts } = await visit();
    await logIn(page, demo.newestCode);
    await page.goto('/payments');
    await fillPayment(page, 'Bakery', '12.50');
    await button(page, 'Send code').click();
    await field(page, 'Code').fill(demo.newestCode());
    await button(page, 'Confirm').dblclick();
    await see(page, 'You paid 12.50 NZD to Bakery.');
    const posted = [...posts];

    await page.reload();
    await see(page, /^Paid on /);
    await page.goBack();
    await see(page, 'This payment has already been made.');
    await page.getByRole('link').click();
    await arriveAt(page, '/payments');
    expect(await page.getByText(/^Paid on /).count()).toBe(1);
    expect(posts).toEqual(posted);
    expect(demo.codesChecked()).toBe(2);
  });

  it('two tabs that log in at once both reach the code page, with one SMS', async () => {
    const { page, context, demo } = await visit();
    const other = await context.newPage();
    const tabs: readonly Page[] = [page, other];

    for (const tab of tabs) await fillLogin(tab);
    await Promise.all(tabs.map((tab) => button(tab, 'Log in').click()));
    await Promise.all(tabs.map((tab) => arriveAt(tab, '/login/code')));
    expect(demo.messages()).toHaveLength(1);
    await confirm(other, demo.newestCode());
    await see(other, 'You are logged in');
    await page.reload();
    await page.getByRole('main').waitFor();
    expect(await field(page, 'Code').count()).toBe(0);
  });

  it('a tab that lags behind checks no code again, and leads to where the other tab is', async () => {
    const { page, context, demo } = await visit();
    const other = await context.newPage();

    await passFirstFactor(page);
    await other.goto('/login/code');
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
    await confirm(other, demo.newestCode());
    await other.getByRole('link').click();
    await see(other, 'You are logged in');
    expect(demo.codesChecked()).toBe(1);
  });
});
