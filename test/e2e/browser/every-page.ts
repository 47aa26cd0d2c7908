import { minute, second, stopClock } from '../../fixtures/clock.js';
import {
  arriveAt,
  button,
  confirm,
  field,
  fillLogin,
  fillPayment,
  fillRegistration,
  logIn,
  newUser,
  passFirstFactor,
  see,
} from './pages.js';
import { leaveChecksToServer } from './probes.js';
import type { Visit } from './visit.js';

type Place = Pick<Visit, 'page' | 'demo'>;

async function* ofTheLogin({ page, demo }: Place): AsyncGenerator<string> {
  await page.goto('/register');
  yield 'register';
  await leaveChecksToServer(page);
  await fillRegistration(page, { username: 'de mo', password: 'short', mobile: '021' });
  await button(page, 'Create account').click();
  await see(page, 'A password must have at least 8 characters.');
  yield 'register-refused';
  await fillRegistration(page, newUser);
  await button(page, 'Create account').click();
  await see(page, 'Your account has been created. You can now log in.');
  yield 'login-registered';
  await fillLogin(page, { ...newUser, password: 'wrong-password' });
  await button(page, 'Log in').click();
  await see(page, 'Incorrect username or password.');
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
  await see(page, 'That code is incorrect. 4 attempts left.');
  yield 'code-refused';
  yield* afterTheCode({ page, demo });
}

async function* afterTheCode({ page, demo }: Place): AsyncGenerator<string> {
  const code = demo.newestCode();
  await page.goto('/handset');
  await page.getByText(code).waitFor();
  yield 'handset';
  await page.goto('/login/code');
  await confirm(page, code);
  await see(page, 'You are logged in');
  yield 'home';
  await button(page, 'Log out').click();
  await see(page, 'You have been logged out.');
  yield 'login-after-logout';
  const answer = await page.goto('/no-such-page');
  if (answer?.status() === 404) yield 'not-found';
}

async function* ofPayments({ page, demo }: Place): AsyncGenerator<string> {
  await logIn(page, demo.newestCode);
  await page.goto('/payments');
  yield 'payments-empty';
  await fillPayment(page, '', '12,50');
  await see(page, 'Enter a payee.');
  yield 'payments-refused';
  await fillPayment(page, 'Bakery of the long name that hardly fits on any screen', '12.50');
  await see(page, 'Confirm payment');
  yield 'payment-asking';
  await page.getByRole('link', { name: 'Change this payment' }).click();
  await see(page, 'Change payment');
  yield 'payment-changing';
  await button(page, 'Continue').click();
  await button(page, 'Send code').click();
  await field(page, 'Code').waitFor();
  yield 'payment-code';
  await confirm(page, demo.wrongCode());
  await see(page, 'That code is incorrect. 4 attempts left.');
  yield 'payment-code-refused';
  await confirm(page, demo.newestCode());
  await see(page, /^You paid /);
  await fillPayment(page, 'Butcher', '7');
  await page.goto('/payments');
  yield 'payments';
}

async function* ofTheAccount({ page, demo }: Place): AsyncGenerator<string> {
  const clock = stopClock();
  await passFirstFactor(page);
  await field(page, 'Trust this device for 14 days').check();
  await confirm(page, demo.newestCode());
  await see(page, 'You are logged in');
  await page.goto('/account');
  yield 'account';
  await page.goto('/account/activity');
  yield 'activity';
  await page.goto('/account/devices');
  yield 'devices';
  await button(page, 'Remove all').click();
  await see(page, 'All trusted devices have been removed.');
  yield 'devices-empty';
  clock.advance(5 * minute + second);
  await page.goto('/account/phone');
  await arriveAt(page, '/confirm');
  yield 'confirm';
  await button(page, 'Send code').click();
  await field(page, 'Code').waitFor();
  yield 'confirm-code';
  await confirm(page, demo.newestCode());
  await field(page, 'New mobile number').fill('12');
  yield 'phone';
  await button(page, 'Send code').click();
  await see(page, /^Enter a mobile number, for example/);
  yield 'phone-refused';
  await field(page, 'New mobile number').fill('021 555 0123');
  await button(page, 'Send code').click();
  await field(page, 'Code').waitFor();
  yield 'phone-code';
  await confirm(page, demo.newestCode());
  await see(page, /^Your mobile number has been changed/);
  yield 'account-changed';
  await page.goto('/account/password');
  yield 'password';
  await button(page, 'Change password').click();
  await see(page, 'A password must have at least 8 characters.');
  yield 'password-refused';
}

/**
 * Every page of the example, with and without something to say: each journey gives the name of the one
 * on show.
 */
export const journeys = [
  { what: 'the login', pages: ofTheLogin },
  { what: 'payments', pages: ofPayments },
  { what: 'the account', pages: ofTheAccount },
] as const;
