export const sessions = [
  {
    name: 'the session id changes with the second factor',
    async play(site) {
      const user = await site.newUser();
      const browser = site.open();
      await site.openForm(browser);
      await site.begin(user, { cookies: browser.cookies });
      const planted = site.copyOf(browser);
      await site.enter(browser, site.codeOf(user));
      const [isIn, plantedIsIn] = [await site.isIn(browser), await site.isIn(planted)];
      return {
        kept: isIn && !plantedIsIn,
        seen: plantedIsIn ? 'the old one is logged in' : 'void',
      };
    },
  },
  {
    name: 'a first factor alone is not a login',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const wasIn = await site.isIn(browser);
      await site.enter(browser, site.codeOf(user));
      const isIn = await site.isIn(browser);
      return { kept: !wasIn && isIn, seen: wasIn ? 'logged in' : 'refused' };
    },
  },
];
