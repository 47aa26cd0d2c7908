import { expect, it } from 'vitest';
import { mobileOutOfReach } from '../../example-app/express/src/demonstration.js';
import { providers } from '../../example-app/express/src/settings.js';
import { describeInBrowser } from './browser/chromium.js';
import { button, confirm, enrolledUser, fillLogin, passFirstFactor, see } from './browser/pages.js';

describeInBrowser('A login in a browser', (visit) => {
  it.each(providers)(
    'goes by password, phone and code where %s sends: a wrong code is refused, the right one taken',
    async (provider) => {
      const { page, context, demo } = await visit({ environment: { PROVIDER: provider } });
      const handset = await context.newPage();

      await passFirstFactor(page);
      await handset.goto('/handset');
      await handset
        .getByText(`Your code is ${demo.newestCode()}. Don't share it with anyone.`)
        .waitFor();
      expect(demo.messages()).toHaveLength(1);
      await confirm(page, demo.wrongCode());
      await see(page, 'That code is incorrect. 4 attempts left.');
      await confirm(page, demo.newestCode());
      await see(page, 'You are logged in');
    },
  );

  it('says that the SMS was not delivered when Nexmo reports it, and offers a new code', async () => {
    const { page, demo } = await visit({ environment: { PROVIDER: 'nexmo' } });
    const lost = { ...enrolledUser, mobile: mobileOutOfReach };
    const notice = page.getByRole('alert').getByText(/^We could not deliver your code/);

    await demo.enrol(lost);
    await fillLogin(page, lost);
    await button(page, 'Log in').click();
    await see(page, /^We sent a code to/);
    await expect
      .poll(async () => {
        await page.reload();
        return notice.count();
      })
      .toBe(1);
    await see(page, /^We could not deliver your code to/);
    await button(page, 'Send a new code').waitFor();
    await page.goto('/handset');
    await see(page, 'No messages yet.');
  });
});
