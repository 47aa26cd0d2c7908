import { afterThePause } from './site.mjs';

const hour = 3600;

/** SMS in an hour: the highest of the limits by number and by IP address, ours or those of apps/limits.mjs. */
const most = 20;

export const sends = [
  {
    name: 'SMS to one number are limited, from any IP address',
    async play(site) {
      const user = await site.newUser();
      for (let passed = 0; passed < hour - 60; passed += 60) {
        await site.begin(user);
        await site.advance(60);
      }
      return atMost(most, site.smsTo(user), 'an hour');
    },
  },
  {
    name: 'SMS from one IP address are limited, to any number',
    async play(site) {
      const before = site.sms();
      const address = '192.0.2.1';
      for (let passed = 0; passed < hour - 60; passed += 60) {
        const user = await site.newUser();
        await site.begin(user, { address });
        await site.advance(60);
      }
      return atMost(most, site.sms() - before, 'an hour');
    },
  },
  {
    name: 'a failed SMS is not reported as sent',
    async play(site) {
      const user = await site.newUser();
      const browser = site.open();
      await site.firstFactor(browser, user);
      site.vendor.fail(true);
      const answer = await site.ask(browser, user);
      site.vendor.fail(false);
      const isCalledSent = site.saysSent(answer);
      return { kept: !isCalledSent, seen: isCalledSent ? 'asks for the code' : 'reported' };
    },
  },
  {
    name: 'after a pause, another SMS can be requested',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      await site.advance(afterThePause);
      await site.askAgain(browser, user);
      const sms = site.smsTo(user);
      await site.enter(browser, site.codeOf(user));
      const isIn = await site.isIn(browser);
      return { kept: sms === 2 && isIn, seen: `${sms} SMS, ${isIn ? '' : 'not '}logged in` };
    },
  },
];

const atMost = (bound, sms, within) => ({
  kept: sms > 0 && sms <= bound,
  seen: `${sms} ${within}`,
});
