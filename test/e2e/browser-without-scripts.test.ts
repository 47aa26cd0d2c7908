import { expect, it } from 'vitest';
import { second, stopClock } from '../fixtures/clock.js';
import { describeInBrowser } from './browser/chromium.js';
import {
  arriveAt,
  button,
  confirm,
  enrolledUser,
  fillFirstNumber,
  logInWithoutCode,
  passFirstFactor,
  register,
  see,
} from './browser/pages.js';

describeInBrowser('A browser with JavaScript off', (visit) => {
  it('completes the whole journey: account, password, first number, demo phone, new code, code, logout, login', async () => {
    const clock = stopClock();
    const { page, context, demo } = await visit({ javaScriptEnabled: false });
    await register(page);
    await see(page, 'Your account has been created. You can now log in.');
    await logInWithoutCode(page);
    await page.getByRole('link', { name: 'Add your mobile number' }).click();
    await fillFirstNumber(page, enrolledUser);
    await arriveAt(page, '/account/phone/code');
    const handset = await context.newPage();
    await handset.goto('/handset');
    await handset.getByText(demo.newestCode()).waitFor();

    await confirm(page, demo.wrongCode());
    await see(page, 'That code is incorrect. 4 attempts left.');
    clock.advance(31 * second);
    await button(page, 'Send a new code').click();
    await see(page, 'A new code is on its way.');
    await expect.poll(() => demo.messages()).toHaveLength(2);
    // The phone looks again by itself.
    await handset.getByText(demo.newestCode()).waitFor();

    await confirm(page, demo.newestCode());
    await see(page, /^Your mobile number has been added/);
    await page.goto('/');
    await button(page, 'Log out').click();
    await see(page, 'You have been logged out.');
    await passFirstFactor(page, enrolledUser);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });
});
