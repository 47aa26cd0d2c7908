import { expect, it } from 'vitest';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { describeInBrowser } from './browser/chromium.js';
import { arriveAt, button, confirm, demoMobile, field, logIn, see } from './browser/pages.js';
import { hasFocus } from './browser/probes.js';

const fresh = 5 * minute;

describeInBrowser('A new number in a browser', (visit) => {
  it.each([{ scripts: 'without scripts', javaScriptEnabled: false }])(
    'is asked for behind a fresh code to the old one, and proves itself by another, $scripts',
    async ({ javaScriptEnabled }) => {
      const clock = stopClock();
      const { page, demo, posts } = await visit({ javaScriptEnabled });
      await logIn(page, demo.newestCode);
      clock.advance(fresh + second);

      await page.getByRole('link', { name: 'Account' }).click();
      await see(page, /•+67/);
      await page.getByRole('link', { name: 'Change mobile number' }).click();
      await arriveAt(page, '/confirm');
      expect(demo.messages()).toHaveLength(1);
      await button(page, 'Send code').click();
      await arriveAt(page, '/confirm/code');
      await confirm(page, demo.newestCode());
      await arriveAt(page, '/account/phone');
      await field(page, 'New mobile number').fill('021 555 0123');
      await button(page, 'Send code').click();
      await arriveAt(page, '/account/phone/code');
      await see(page, /•+23/);
      expect(demo.messages().map(({ to }) => to)).toEqual([demoMobile, demoMobile, '+64215550123']);
      await confirm(page, demo.newestCode());
      await arriveAt(page, '/account');
      await see(page, 'Your mobile number has been changed. Codes now go to the new number.');
      expect(posts.slice(2)).toEqual([
        'POST /confirm',
        'POST /confirm/code',
        'POST /account/phone',
        'POST /account/phone/code',
      ]);
    },
  );

  it('replaces the old one only after a correct code', async () => {
    const { page, demo } = await visit();
    await logIn(page, demo.newestCode);
    await page.goto('/account/phone');
    await field(page, 'New mobile number').fill('021 555 0123');
    await button(page, 'Send code').click();
    await field(page, 'Code').waitFor();
    await confirm(page, demo.wrongCode());

    await see(page, 'That code is incorrect. 4 attempts left.');
    await expect.poll(() => hasFocus(field(page, 'Code'))).toBe(true);
    await page.goto('/account');
    await see(page, /•+67/);
  });
});
