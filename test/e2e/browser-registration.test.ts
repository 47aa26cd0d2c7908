import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
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
  logInWithoutCode,
  newUser,
  passFirstFactor,
  register,
  see,
} from './browser/pages.js';
import { descriptionOf, hasFocus, leaveChecksToServer } from './browser/probes.js';

describeInBrowser('A user who registers in a browser', (visit) => {
  it('is sent to the login, and can log in with the new account', async () => {
    const { page, demo } = await visit();

    await register(page);
    await arriveAt(page, '/login');
    await see(page, 'Your account has been created. You can now log in.');
    await logInWithoutCode(page);
    await see(page, 'Your account is protected by your password alone.');
    expect(demo.messages()).toEqual([]);
  });

  it('is led by mouse from payments to the first number, back to payments, and can remove the number again', async () => {
    const { page, demo } = await visit();
    await register(page);
    await logInWithoutCode(page);

    await page.getByRole('link', { name: 'Payments', exact: true }).click();
    await arriveAt(page, '/account/phone');
    await see(page, 'Add your mobile number');
    await fillFirstNumber(page, { ...enrolledUser, password: 'wrong-password' });
    await see(page, 'Your current password is incorrect.');
    expect(await field(page, 'Mobile number').inputValue()).toBe(enrolledUser.mobile);
    expect(await hasFocus(field(page, 'Current password'))).toBe(true);
    expect(demo.messages()).toEqual([]);
    await fillFirstNumber(page, enrolledUser);
    await arriveAt(page, '/account/phone/code');
    await confirm(page, demo.newestCode());
    await arriveAt(page, '/payments');
    await see(page, /^Your mobile number has been added/);
    await fillPayment(page, 'Bakery', '12.50');
    await see(page, 'Confirm payment');

    await page.goto('/account/phone');
    await button(page, 'Remove mobile number').click();
    await see(page, /^Your mobile number has been removed/);
    await page.goto('/');
    await button(page, 'Log out').click();
    await logInWithoutCode(page);
    expect(demo.messages()).toHaveLength(1);
  });

  it('can prove the first number by keyboard alone, and logs in with a code from then on', async () => {
    const { page, demo } = await visit();
    await register(page);
    await logInWithoutCode(page);

    await page.getByRole('link', { name: 'Add your mobile number' }).focus();
    await page.keyboard.press('Enter');
    await arriveAt(page, '/account/phone');
    expect(await hasFocus(field(page, 'Mobile number'))).toBe(true);
    await page.keyboard.type(enrolledUser.mobile);
    await page.keyboard.press('Tab');
    await page.keyboard.type(enrolledUser.password);
    await page.keyboard.press('Enter');
    await arriveAt(page, '/account/phone/code');
    expect(await hasFocus(field(page, 'Code'))).toBe(true);
    await page.keyboard.type(demo.newestCode());
    await page.keyboard.press('Enter');
    await see(page, /^Your mobile number has been added/);
    await page.goto('/');
    await button(page, 'Log out').click();
    await passFirstFactor(page, enrolledUser);
  });

  it('reaches nothing but the first number where the app requires one', async () => {
    const { page, demo } = await visit({ environment: { SECOND_FACTOR: 'required' } });
    await register(page);

    await fillLogin(page, newUser);
    await button(page, 'Log in').click();
    await arriveAt(page, '/account/phone');
    await button(page, 'Log out').click();
    await see(page, 'You have been logged out.');
    await fillLogin(page, newUser);
    await button(page, 'Log in').click();
    await arriveAt(page, '/account/phone');
    await page.goto('/account');
    await arriveAt(page, '/account/phone');
    await fillFirstNumber(page, enrolledUser);
    await confirm(page, demo.newestCode());
    await arriveAt(page, '/account');
    await see(page, /^Your mobile number has been added/);
    await page.goto('/account/phone');
    await field(page, 'New mobile number').waitFor();
    expect(await button(page, 'Remove mobile number').count()).toBe(0);
  });

  it('sees only once that the account was created', async () => {
    const { page } = await visit();

    await register(page);
    await see(page, 'Your account has been created. You can now log in.');
    await page.goto('/login');
    await field(page, 'Username').waitFor();
    expect(await page.getByText('Account created').count()).toBe(0);
  });

  it.each([
    {
      what: 'a short password',
      typed: { ...newUser, password: 'short' },
      label: 'Password',
      told: 'A password must have at least 8 characters.',
    },
    {
      what: 'a name that is taken',
      typed: { ...newUser, username: 'demo' },
      label: 'Username',
      told: 'This username is already taken.',
    },
  ])('is told of $what at the field, and keeps all but the password', async (bad) => {
    const { page } = await visit();

    await page.goto('/register');
    await leaveChecksToServer(page);
    await fillRegistration(page, bad.typed);
    await button(page, 'Create account').click();

    await see(page, bad.told);
    const refused = field(page, bad.label);
    expect(await refused.getAttribute('aria-invalid')).toBe('true');
    expect(await descriptionOf(refused)).toContain(bad.told);
    expect(await field(page, 'Username').inputValue()).toBe(bad.typed.username);
    expect(await field(page, 'Password').inputValue()).toBe('');
    expect(new URL(page.url()).pathname).toBe('/register');
  });

  it('can correct a mistake on the same page', async () => {
    const { page } = await visit();

    await register(page, { ...newUser, username: 'demo' });
    await see(page, 'This username is already taken.');
    await fillRegistration(page);
    await button(page, 'Create account').click();
    await see(page, 'Your account has been created. You can now log in.');
  });
});
