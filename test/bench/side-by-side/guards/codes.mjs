import { afterThePause, wrongCode } from './site.mjs';

/** Codes checked within 15 minutes: the highest limit of those contenders that have one. */
const most = 10;

export const codes = [
  {
    name: 'the correct code still works after an incorrect one',
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
    name: 'the correct code, posted 20 times at once, logs in once',
    async play(site) {
      const sessions = [];
      // More than once: where nothing guards it, the order of the answers decides.
      for (let round = 0; round < 5; round++) sessions.push(await sessionsOfOneCode(site));
      return { kept: sessions.every((count) => count === 1), seen: `${sessions.join(', ')} of 20` };
    },
  },
  {
    name: 'a used code cannot be replayed in another session',
    async play(site) {
      const user = await site.newUser();
      const browser = await site.begin(user);
      const code = site.codeOf(user);
      await site.advance(afterThePause);
      // A thief with the password, and a session that waits for a code.
      const thief = await site.begin(user);
      await site.enter(browser, code);
      const wasIn = await site.isIn(browser);
      await site.enter(thief, code);
      const isIn = await site.isIn(thief);
      return { kept: wasIn && !isIn, seen: isIn ? 'logged in' : 'refused' };
    },
  },
  {
    name: 'of 50 simultaneous guesses, at most 10 are checked',
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
    name: 'a new login gives no new guesses',
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
    name: 'an attempt counts if the answer to its check is lost',
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

/** The number of sessions that are logged in after one code was posted 20 times at once. */
async function sessionsOfOneCode(site) {
  const user = await site.newUser();
  const browser = await site.begin(user);
  const code = site.codeOf(user);
  const copies = Array.from({ length: 20 }, () => site.copyOf(browser));
  await Promise.all(copies.map((copy) => site.enter(copy, code)));
  const sessions = new Set();
  for (const copy of copies) if (await site.isIn(copy)) sessions.add(String([...copy.cookies]));
  return sessions.size;
}

const boundedBy = (bound, checked) => ({
  kept: checked > 0 && checked <= bound,
  seen: `${checked} checked`,
});
