import { supportUser } from '../../../example-app/express/src/demonstration.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import {
  arriveAt,
  button,
  confirm,
  enrolledUser,
  field,
  fillFirstNumber,
  fillLogin,
  fillPayment,
  fillRegistration,
  logIn,
  logInWithoutCode,
  newUser,
  passFirstFactor,
  register,
  see,
} from './pages.js';
import { leaveChecksToServer } from './probes.js';
import type { Visit, VisitOptions } from './visit.js';

type Place = Pick<Visit, 'page' | 'demo'>;

interface Journey extends Pick<VisitOptions, 'environment'> {
  readonly what: string;
  readonly pages: (place: Place) => AsyncGenerator<string>;
}

async function* ofTheLogin({ page, demo }: Place): AsyncGenerator<string> {
  await page.goto('/register');
  yield 'register';
  await leaveChecksToServer(page);
  await fillRegistration(page, { username: 'de mo', password: 'short' });
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
  await demo.enrol({ ...enrolledUser, username: 'kiri' });
  await fillLogin(page, { ...enrolledUser, username: 'kiri' });
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

async function* ofAFirstNumber({ page, demo }: Place): AsyncGenerator<string> {
  await register(page);
  await logInWithoutCode(page);
  yield 'home-without-number';
  await page.goto('/account');
  yield 'account-without-number';
  await page.getByRole('link', { name: 'Add mobile number' }).click();
  await field(page, 'Current password').waitFor();
  yield 'first-number';
  await fillFirstNumber(page, { ...enrolledUser, password: 'wrong-password' });
  await see(page, 'Your current password is incorrect.');
  yield 'first-number-refused';
  await fillFirstNumber(page, enrolledUser);
  await field(page, 'Code').waitFor();
  yield 'first-number-code';
  await confirm(page, demo.newestCode());
  await see(page, /^Your mobile number has been added/);
  yield 'account-added';
  await page.getByRole('link', { name: 'Change mobile number' }).click();
  await button(page, 'Remove mobile number').click();
  await see(page, /^Your mobile number has been removed/);
  yield 'account-removed';
  await page.goto('/account/activity');
  yield 'activity-of-numbers';
}

async function* ofARequiredNumber({ page, demo }: Place): AsyncGenerator<string> {
  await register(page);
  await fillLogin(page, newUser);
  await button(page, 'Log in').click();
  await field(page, 'Current password').waitFor();
  yield 'required-number';
  await fillFirstNumber(page, { ...enrolledUser, mobile: '12' });
  await see(page, /^Enter a mobile number, for example/);
  yield 'required-number-refused';
  await fillFirstNumber(page, enrolledUser);
  await confirm(page, demo.newestCode());
  await see(page, 'You are logged in');
  await page.goto('/account/phone');
  yield 'phone-required';
}

async function* ofRecoveryCodes({ page, demo }: Place): AsyncGenerator<string> {
  await logIn(page, demo.newestCode);
  await page.goto('/account/recovery-codes');
  yield 'recovery-codes-none';
  await button(page, 'Create new codes').click();
  await see(page, /^Print these codes/);
  yield 'recovery-codes';
  await page.goto('/');
  await button(page, 'Log out').click();
  await passFirstFactor(page);
  await page.getByText('Lost your phone?').click();
  yield 'code-recovery';
  await field(page, 'Recovery code').fill('0000-0000-0000-0000');
  await button(page, 'Use recovery code').click();
  await see(page, 'That recovery code is incorrect. 4 attempts left.');
  yield 'code-recovery-refused';
}

async function* ofSupport({ page, demo }: Place): AsyncGenerator<string> {
  await passFirstFactor(page, supportUser);
  await confirm(page, demo.newestCode());
  await see(page, 'You are logged in');
  yield 'home-support';
  await page.getByRole('link', { name: 'Support' }).click();
  await arriveAt(page, '/support');
  yield 'support';
  await field(page, 'Username').fill('nobody');
  await button(page, 'Unlock codes').click();
  await see(page, 'There is no user with this username.');
  yield 'support-refused';
  await field(page, 'Username').fill('demo');
  await button(page, 'Unlock codes').click();
  await see(page, 'Codes of demo have been unlocked.');
  yield 'support-done';
  await page.goto('/account/activity');
  yield 'activity-support';
}

/**
 * Every page of the example, with and without something to say: each journey gives the name of the one
 * on show.
 */
export const journeys: readonly [Journey, ...Journey[]] = [
  { what: 'the login', pages: ofTheLogin },
  { what: 'payments', pages: ofPayments },
  { what: 'the account', pages: ofTheAccount },
  { what: 'recovery codes', pages: ofRecoveryCodes },
  { what: 'a first number', pages: ofAFirstNumber },
  {
    what: 'a required number',
    pages: ofARequiredNumber,
    environment: { SECOND_FACTOR: 'required' },
  },
  { what: 'support', pages: ofSupport },
];
