import { wrongCode } from './site.mjs';

/** On a storage that ends; sessions are elsewhere, so that only counters and challenges are missing. */
export const storageDown = [
  {
    name: 'without its storage nobody is let in and no guess looked at',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const code = site.codeOf(user);
      await site.endStorage();
      const before = site.compared();
      await Promise.all([wrongCode, code].map((one) => site.enter(site.copyOf(browser), one)));
      const isIn = await site.isIn(browser);
      const looks = site.compared() - before;
      return { kept: !isIn && looks === 0, seen: `${looks} looked at` };
    },
  },
];
