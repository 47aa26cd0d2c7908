import { wrongCode } from './site.mjs';

/**
 * Needs a storage that can be stopped. Sessions are in memory, so that only counters and challenges fail, unless a
 * contender stores nothing else.
 */
export const storageDown = [
  {
    name: 'without its storage, the app lets no one in and checks no code',
    async play(site) {
      const wasIn = await site.isIn(await site.logIn(await site.newUser()));
      const user = await site.newUser();
      const browser = await site.begin(user);
      const code = site.codeOf(user);
      await site.endStorage();
      const before = site.compared();
      const copies = [wrongCode, code].map((one) => ({ one, copy: site.copyOf(browser) }));
      await Promise.all(copies.map(({ one, copy }) => site.enter(copy, one)));
      const areIn = await Promise.all(copies.map(({ copy }) => site.isIn(copy)));
      const isIn = areIn.includes(true);
      const checked = site.compared() - before;
      return {
        kept: wasIn && !isIn && checked === 0,
        seen: `${checked} checked, ${isIn ? '' : 'not '}logged in`,
      };
    },
  },
];
