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
  await see(page, 'You are logged out.');
  yield 'login-after-logout';
  const answer = await page.goto('/no-such-page');
  if (answer?.status() === 404) yield 'not-found';
}

async function* ofPayments({ page, demo }: Place): AsyncGenerator<string> {
  await logIn(page, demo.newestCode);
  await page.goto('/payments');
  yield 'payments-empty';
  await fillPayment(page, '', '12,50');
  await see(page, 'Enter whom to pay.');
  yield 'payments-refused';
  await fillPayment(page, 'Bakery of the long name that hardly fits on any screen', '12.50');
  await see(page, 'Confirm the payment');
  yield 'payment-asking';
  await page.getByRole('link', { name: 'Change it' }).click();
  await see(page, 'Change the payment');
  yield 'payment-changing';
  await button(page, 'Go on').click();
  await button(page, 'Send me a code').click();
  await field(page, 'Code').waitFor();
  yield 'payment-code';
  await confirm(page, demo.wrongCode());
  await see(page, 'That code is incorrect. 4 attempts left.');
  yield 'payment-code-refused';
  await confirm(page, demo.newestCode());
  await see(page, /^Paid: /);
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
  await button(page, 'Revoke all').click();
  await see(page, 'No device is trusted any more.');
  yield 'devices-empty';
  clock.advance(5 * minute + second);
  await page.goto('/account/phone');
  await arriveAt(page, '/confirm');
  yield 'confirm';
  await button(page, 'Send me a code').click();
  await field(page, 'Code').waitFor();
  yield 'confirm-code';
  await confirm(page, demo.newestCode());
  await field(page, 'New mobile number').fill('12');
  yield 'phone';
  await button(page, 'Send a code to it').click();
  await see(page, /^Enter a mobile number, such as/);
  yield 'phone-refused';
  await field(page, 'New mobile number').fill('021 555 0123');
  await button(page, 'Send a code to it').click();
  await field(page, 'Code').waitFor();
  yield 'phone-code';
  await confirm(page, demo.newestCode());
  await see(page, /^Your number was changed/);
  yield 'account-changed';
  await page.goto('/account/password');
  yield 'password';
  await button(page, 'Change the password').click();
  await see(page, 'A password has at least 8 characters.');
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
