import { expect, it } from 'vitest';
import { describeInBrowser } from './browser/chromium.js';
import {
  arriveAt,
  button,
  confirm,
  field,
  fillRegistration,
  newUser,
  passFirstFactor,
  register,
  see,
} from './browser/pages.js';
import { descriptionOf, leaveChecksToServer } from './browser/probes.js';

describeInBrowser('A user who registers in a browser', (visit) => {
  it('is sent to the login, and can log in with the new account', async () => {
    const { page, demo } = await visit();

    await register(page);
    await arriveAt(page, '/login');
    await see(page, 'Your account has been created. You can now log in.');
    await passFirstFactor(page, newUser);
    expect(demo.messages().map(({ to }) => to)).toEqual([newUser.mobile]);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
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
      what: 'a number that is none',
      typed: { ...newUser, mobile: '12' },
      label: 'Mobile number',
      told: 'Enter a mobile number, for example',
    },
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
    expect(await field(page, 'Mobile number').inputValue()).toBe(bad.typed.mobile);
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
