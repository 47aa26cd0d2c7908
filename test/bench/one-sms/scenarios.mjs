/**
 * Logins with double clicks, retries and lost answers: one SMS is enough for each. A site has `open` (a browser
 * without cookies), `firstFactor`, `openForm`, `ask` for an SMS, `askAgain` for another, and `loseNextAnswer` of
 * the provider. Each returns the browser in which the user then enters the code.
 */
export const scenarios = [
  {
    name: 'double click',
    async play(site) {
      const browser = site.open();
      await site.firstFactor(browser);
      await Promise.all([site.ask(browser), site.ask(browser)]);
      return browser;
    },
  },
  {
    name: 'refresh',
    async play(site) {
      const browser = site.open();
      await site.firstFactor(browser);
      await site.ask(browser);
      await site.ask(browser);
      return browser;
    },
  },
  {
    name: 'back button',
    async play(site) {
      const browser = site.open();
      await site.firstFactor(browser);
      await site.ask(browser);
      await site.firstFactor(browser);
      await site.ask(browser);
      return browser;
    },
  },
  {
    name: 'two tabs',
    async play(site) {
      const browser = site.open();
      await site.firstFactor(browser);
      await site.openForm(browser);
      await site.openForm(browser);
      await site.ask(browser);
      await site.ask(browser);
      return browser;
    },
  },
  {
    name: 'retry without cookies',
    async play(site) {
      const forgetful = site.open();
      await site.firstFactor(forgetful);
      await site.ask(forgetful);
      const browser = site.open();
      await site.firstFactor(browser);
      await site.ask(browser);
      return browser;
    },
  },
  {
    name: '50 posts at once',
    async play(site) {
      const browser = site.open();
      await site.firstFactor(browser);
      await Promise.all(Array.from({ length: 50 }, () => site.ask(browser)));
      return browser;
    },
  },
  {
    name: 'lost answer',
    async play(site) {
      const browser = site.open();
      await site.firstFactor(browser);
      site.loseNextAnswer();
      await site.ask(browser);
      await site.ask(browser);
      return browser;
    },
  },
  {
    name: 'impatient resend',
    async play(site) {
      const browser = site.open();
      await site.firstFactor(browser);
      await site.ask(browser);
      await site.askAgain(browser);
      await site.askAgain(browser);
      return browser;
    },
  },
];
