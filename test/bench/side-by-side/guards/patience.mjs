import { afterThePause, wrongCode } from './site.mjs';

const quarter = 900;
const day = 86_400;

/** NIST SP 800-63B-4, section 3.2.2: no more than 100 consecutive failures. */
const most = 100;

/** Guesses as often as possible for a day. Returns the second of each guess that was checked. */
function guessForADay(site) {
  if (!days.has(site)) days.set(site, guess(site));
  return days.get(site);
}

/** The day of each site: it takes long, and both guards need it. */
const days = new WeakMap();

async function guess(site) {
  const user = await site.newUser();
  const times = [];
  for (let second = 0; second < day && times.length <= most; second += quarter) {
    let within = 0;
    for (let wasChecked = true; wasChecked && times.length <= most; ) {
      wasChecked = false;
      const browser = await site.begin(user);
      for (let guess = 0; guess < 5; guess++) {
        const before = site.compared();
        await site.enter(browser, wrongCode);
        if (site.compared() === before) break;
        wasChecked = true;
        times.push(second);
      }
      await site.advance(afterThePause);
      within += afterThePause;
    }
    await site.advance(Math.max(1, quarter - within));
  }
  return times;
}

export const patience = [
  {
    name: 'a patient guesser is stopped at 100 failures',
    async play(site) {
      const times = await guessForADay(site);
      return {
        kept: times.length > 0 && times.length <= most,
        seen: times.length > most ? `more than ${most}` : `${times.length} checked`,
      };
    },
  },
  {
    name: 'each lock lasts longer than the one before',
    async play(site) {
      const times = [...new Set(await guessForADay(site))];
      const locks = times.slice(1).map((time, index) => (time - times[index]) / 60);
      const grows =
        locks.length > 1 && locks.every((one, index) => index === 0 || one > locks[index - 1]);
      return { kept: grows, seen: locks.length > 0 ? `${locks.join(', ')} minutes` : 'no lock' };
    },
  },
];
