import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { describeInBrowser } from './browser/chromium.js';
import {
  arriveAt,
  button,
  confirm,
  demoUser,
  field,
  fillLogin,
  logIn,
  passFirstFactor,
  see,
} from './browser/pages.js';

describeInBrowser('A login in a browser', (visit) => {
  it('leads from password and code to the home page, and ends at logout', async () => {
    const { page, demo, posts } = await visit();

    await page.goto('/');
    await arriveAt(page, '/login');
    await passFirstFactor(page);
    await see(page, /•+67/);
    await confirm(page, demo.newestCode());
    await arriveAt(page, '/');
    await see(page, 'You are logged in');
    await button(page, 'Log out').click();
    await arriveAt(page, '/login');
    await see(page, 'You have been logged out.');
    await page.goto('/');
    await arriveAt(page, '/login');
    expect(posts).toHaveLength(3);
    expect(demo.messages()).toHaveLength(1);
  });

  it.each([
    ['a wrong password', { ...demoUser, password: 'wrong-password' }],
    ['an unknown name', { ...demoUser, username: 'nobody' }],
  ])('with %s says the same to all, and texts nobody', async (_what, user) => {
    const { page, demo } = await visit();

    await fillLogin(page, user);
    await button(page, 'Log in').click();
    await see(page, 'Incorrect username or password.');
    expect(await field(page, 'Password').inputValue()).toBe('');
    expect(demo.messages()).toHaveLength(0);
  });

  it('shows how many attempts are left after an incorrect code, and then accepts the correct one', async () => {
    const { page, demo } = await visit();

    await passFirstFactor(page);
    await confirm(page, demo.wrongCode());
    await see(page, 'That code is incorrect. 4 attempts left.');
    expect(await field(page, 'Code').inputValue()).toBe('');
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it('leads back to the password, with the reason, when no attempts are left', async () => {
    const { page, demo } = await visit();

    await passFirstFactor(page);
    for (const left of ['4 attempts', '3 attempts', '2 attempts', '1 attempt']) {
      await confirm(page, demo.wrongCode());
      await see(page, `That code is incorrect. ${left} left.`);
    }
    await confirm(page, demo.wrongCode());
    await arriveAt(page, '/login');
    await see(page, /attempts/);
    await page.goto('/login/code');
    await arriveAt(page, '/login');
  });

  it('says that the code has expired, and continues with a new one', async () => {
    const clock = stopClock();
    const { page, demo } = await visit();

    await passFirstFactor(page);
    clock.advance(5 * minute + second);
    await confirm(page, demo.newestCode());
    await see(page, 'This code has expired. Please request a new one.');
    await button(page, 'Send a new code').click();
    await expect.poll(() => demo.messages()).toHaveLength(2);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it('opens no page behind it after the password alone', async () => {
    const { page, context, demo } = await visit();
    const other = await context.newPage();
    const refusedTo = async (tab: Page) => {
      await tab.goto('/');
      await arriveAt(tab, '/login');
      expect(await tab.getByText('You are logged in').count()).toBe(0);
    };

    await passFirstFactor(page);
    await refusedTo(other);
    await confirm(page, demo.wrongCode());
    await see(page, 'That code is incorrect. 4 attempts left.');
    await refusedTo(other);
    await refusedTo(page);
    await page.goto('/login/code');
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it('shows no code page before a password was entered', async () => {
    const { page } = await visit();

    await page.goto('/login/code');
    await arriveAt(page, '/login');
  });

  it('is not asked for again: the login page redirects a logged-in user home', async () => {
    const { page, demo } = await visit();

    await logIn(page, demo.newestCode);
    await page.goto('/login/code');
    expect(await field(page, 'Code').count()).toBe(0);
    await page.goto('/');
    await see(page, 'You are logged in');
  });
});
