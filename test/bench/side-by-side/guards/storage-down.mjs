import { wrongCode } from './site.mjs';

/** Needs a storage that can be stopped. Sessions are in memory, so that only counters and challenges are missing. */
export const storageDown = [
  {
    name: 'without its storage, the app lets no one in and checks no code',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const code = site.codeOf(user);
      await site.endStorage();
      const before = site.compared();
      await Promise.all([wrongCode, code].map((one) => site.enter(site.copyOf(browser), one)));
      const isIn = await site.isIn(browser);
      const checked = site.compared() - before;
      return { kept: !isIn && checked === 0, seen: `${checked} checked` };
    },
  },
];
