import { afterThePause, wrongCode } from './site.mjs';

/** What guesses meet. Ten codes within a quarter of an hour are what all who count allow at most. */
const most = 10;

export const codes = [
  {
    name: 'a wrong code leaves the right one good',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const code = site.codeOf(user);
      await site.enter(browser, wrongCode);
      await site.enter(browser, code);
      const isIn = await site.isIn(browser);
      return { kept: isIn, seen: isIn ? 'logged in' : 'not logged in' };
    },
  },
  {
    name: 'a right code posted 20 times at once logs in once',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const code = site.codeOf(user);
      const copies = Array.from({ length: 20 }, () => site.copyOf(browser));
      await Promise.all(copies.map((copy) => site.enter(copy, code)));
      const sessions = new Set();
      for (const copy of copies) if (await site.isIn(copy)) sessions.add(String([...copy.cookies]));
      return { kept: sessions.size === 1, seen: `${sessions.size} of 20` };
    },
  },
  {
    name: 'a used code and the cookies before it log in nobody',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const code = site.codeOf(user);
      const thief = site.copyOf(browser);
      await site.enter(browser, code);
      const wasIn = await site.isIn(browser);
      await site.enter(thief, code);
      const isIn = await site.isIn(thief);
      return { kept: wasIn && !isIn, seen: isIn ? 'logged in' : 'refused' };
    },
  },
  {
    name: 'of 50 guesses at once at most 10 are looked at',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const before = site.compared();
      const copies = Array.from({ length: 50 }, () => site.copyOf(browser));
      await Promise.all(copies.map((copy) => site.enter(copy, wrongCode)));
      return boundedBy(most, site.compared() - before);
    },
  },
  {
    name: 'new logins buy no new guesses',
    async play(site) {
      const user = await site.newUser();
      const before = site.compared();
      for (let login = 0; login < 8; login++) {
        const browser = await site.begin(user);
        for (let guess = 0; guess < 4; guess++) await site.enter(browser, wrongCode);
        await site.advance(afterThePause);
      }
      return boundedBy(most, site.compared() - before);
    },
  },
  {
    name: 'a check whose answer is lost counts',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const before = site.compared();
      site.vendor.loseAnswers(12);
      for (let guess = 0; guess < 12; guess++) await site.enter(browser, wrongCode);
      site.vendor.loseAnswers(0);
      return boundedBy(most, site.compared() - before);
    },
  },
];

const boundedBy = (bound, looks) => ({
  kept: looks > 0 && looks <= bound,
  seen: `${looks} looked at`,
});
