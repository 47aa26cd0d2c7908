import { expect, it } from 'vitest';
import { second, stopClock } from '../fixtures/clock.js';
import { describeInBrowser } from './browser/chromium.js';
import { button, confirm, passFirstFactor, see } from './browser/pages.js';

describeInBrowser('A new code in a browser', (visit) => {
  it('can be requested after 30 seconds: the button waits, and the newest code works', async () => {
    const serverClock = stopClock();
    const { page, context, demo } = await visit();
    await context.clock.install();

    await passFirstFactor(page);
    const resend = button(page, 'Send a new code');
    expect(await resend.isDisabled()).toBe(true);
    await context.clock.fastForward(29 * second);
    expect(await resend.isDisabled()).toBe(true);
    await context.clock.fastForward(2 * second);
    await expect.poll(() => resend.isEnabled()).toBe(true);

    serverClock.advance(31 * second);
    await resend.click();
    await expect.poll(() => demo.messages()).toHaveLength(2);
    const [first, newest] = demo.messages();
    expect(first?.to).toBe(newest?.to);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it('is not sent too soon: without scripts the page says how long to wait', async () => {
    const clock = stopClock();
    const { page, demo } = await visit({ javaScriptEnabled: false });

    await passFirstFactor(page);
    await button(page, 'Send a new code').click();
    await see(page, 'Please wait 30 seconds');
    clock.advance(12 * second);
    await button(page, 'Send a new code').click();
    await see(page, 'Please wait 18 seconds');
    expect(demo.messages()).toHaveLength(1);
    await confirm(page, demo.newestCode());
    await see(page, 'You are logged in');
  });

  it('does not give back used attempts', async () => {
    const clock = stopClock();
    const { page, demo } = await visit({ javaScriptEnabled: false });

    await passFirstFactor(page);
    await confirm(page, demo.wrongCode());
    await see(page, 'That code is incorrect. 4 attempts left.');
    clock.advance(31 * second);
    await button(page, 'Send a new code').click();
    await expect.poll(() => demo.messages()).toHaveLength(2);
    await confirm(page, demo.wrongCode());
    await see(page, 'That code is incorrect. 3 attempts left.');
  });
});
