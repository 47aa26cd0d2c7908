import type { Page } from 'playwright-core';
import { button, confirm, field, fillLogin, fillRegistration, newUser, see } from './pages.js';
import { leaveChecksToServer } from './probes.js';
import type { Visit } from './visit.js';

/** Every page of the example, with and without something to say; the name of the one on show. */
export async function* everyPage({ page, demo }: Visit): AsyncGenerator<string> {
  await page.goto('/register');
  yield 'register';
  await leaveChecksToServer(page);
  await fillRegistration(page, { username: 'de mo', password: 'short', mobile: '021' });
  await button(page, 'Create account').click();
  await see(page, 'A password has at least 8 characters.');
  yield 'register-refused';
  await fillRegistration(page, newUser);
  await button(page, 'Create account').click();
  await see(page, 'Account created. Log in.');
  yield 'login-registered';
  await fillLogin(page, { ...newUser, password: 'wrong-password' });
  await button(page, 'Log in').click();
  await see(page, 'Username or password is wrong.');
  yield 'login-refused';
  await page.goto('/handset');
  await page.getByRole('main').waitFor();
  yield 'handset-empty';
  await fillLogin(page, newUser);
  yield 'login';
  await button(page, 'Log in').click();
  await field(page, 'Code').waitFor();
  yield 'code';
  await confirm(page, demo.wrongCode());
  await see(page, 'That code is not right. 4 attempts left.');
  yield 'code-refused';
  yield* afterTheCode(page, demo.newestCode());
}

async function* afterTheCode(page: Page, code: string): AsyncGenerator<string> {
  await page.goto('/handset');
  await page.getByText(code).waitFor();
  yield 'handset';
  await page.goto('/login/code');
  await confirm(page, code);
  await see(page, 'You are logged in');
  yield 'home';
  await button(page, 'Log out').click();
  await see(page, 'You are logged out.');
  yield 'login-after-logout';
  const answer = await page.goto('/no-such-page');
  if (answer?.status() === 404) yield 'not-found';
}
