import type { Locator, Page } from 'playwright-core';
import { demoMobile, demoUser } from '../../../example-app/express/src/demonstration.js';

export { demoMobile, demoUser };

export const newUser = {
  username: 'kiri.te-kanawa',
  password: 'correct horse',
};

/** The number of a user who has proved it. */
export const enrolledUser = { ...newUser, mobile: '+64219876543' };

export const field = (page: Page, label: string): Locator =>
  page.getByLabel(label, { exact: true });

export const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

/** Waits until the page says it. */
export async function see(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).waitFor();
}

/** Waits until the page is the one at this path. */
export async function arriveAt(page: Page, path: string): Promise<void> {
  await page.waitForURL((url) => url.pathname === path);
}

export async function fillRegistration(page: Page, user = newUser): Promise<void> {
  await field(page, 'Username').fill(user.username);
  await field(page, 'Password').fill(user.password);
}

export async function register(page: Page, user = newUser): Promise<void> {
  await page.goto('/register');
  await fillRegistration(page, user);
  await button(page, 'Create account').click();
}

export async function fillLogin(
  page: Page,
  { username, password }: { username: string; password: string } = demoUser,
): Promise<void> {
  await page.goto('/login');
  await field(page, 'Username').fill(username);
  await field(page, 'Password').fill(password);
}

/** Logs a user in who has no number. */
export async function logInWithoutCode(page: Page, user = newUser): Promise<void> {
  await fillLogin(page, user);
  await button(page, 'Log in').click();
  await see(page, 'You are logged in');
}

/** Sends the form for a first number. */
export async function fillFirstNumber(
  page: Page,
  { mobile, password }: { mobile: string; password: string },
): Promise<void> {
  await field(page, 'Mobile number').fill(mobile);
  await field(page, 'Current password').fill(password);
  await button(page, 'Send code').click();
}

/** As far as the password goes: to the page that asks for the code. */
export async function passFirstFactor(page: Page, user = demoUser): Promise<void> {
  await fillLogin(page, user);
  await button(page, 'Log in').click();
  await arriveAt(page, '/login/code');
}

export async function confirm(page: Page, code: string): Promise<void> {
  // In a tab behind another one everything takes a second longer.
  await page.bringToFront();
  await field(page, 'Code').fill(code);
  await button(page, 'Confirm').click();
}

/** The whole way in. */
export async function logIn(page: Page, newestCode: () => string): Promise<void> {
  await passFirstFactor(page);
  await confirm(page, newestCode());
  await see(page, 'You are logged in');
}

/** Sends the form of a payment. */
export async function fillPayment(page: Page, payee: string, amount: string): Promise<void> {
  await field(page, 'Payee').fill(payee);
  await field(page, 'Amount in NZD').fill(amount);
  await button(page, 'Continue').click();
}
