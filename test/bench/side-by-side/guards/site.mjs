import { startSite } from '../site.mjs';
import { usersFrom } from '../users.mjs';

export const wrongCode = '000000';

/** Seconds after which each contender allows another SMS. */
export const afterThePause = 31;

/** A contender's site with a clock that can be advanced, and new users for each guard. */
export async function startGuardedSite(
  contender,
  { storage = { kind: 'memory' }, untilSent, sends },
) {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const site = await startSite(contender, {
    storage,
    sends,
    answering: { now, untilSent },
    clock: true,
    patience: 5000,
  });
  let users = 0;
  let comparedByApp = 0;
  const enter = async (browser, code) => {
    const answer = await site.enter(browser, code);
    if (site.isComparedByApp?.(answer)) comparedByApp += 1;
    return answer;
  };
  const begin = async (user, options) => {
    const browser = site.open(options);
    await site.begin(browser, user);
    return browser;
  };
  const codeOf = (user) => site.vendor.newestCode(user.mobile) ?? wrongCode;
  return {
    ...site,
    enter,
    async newUser() {
      users += 1;
      const [user] = usersFrom(users, 1);
      await site.inApp('add', { users: [user] });
      return user;
    },
    /** Opens a browser and requests a code. */
    begin,
    /** Another browser with the same cookies. */
    copyOf: (browser) => site.open({ cookies: new Map(browser.cookies) }),
    codeOf,
    /** Logs a user in; `beforeTheCode` runs while the code is pending. */
    async logIn(user, beforeTheCode) {
      const browser = await begin(user);
      const code = codeOf(user);
      await beforeTheCode?.();
      await enter(browser, code);
      return browser;
    },
    smsTo: (user) => site.vendor.messages().filter(({ to }) => to === user.mobile).length,
    sms: () => site.vendor.messages().length,
    /** The number of codes that the vendor or the app has checked. */
    compared: () => site.vendor.compared() + comparedByApp,
    change: (user, fields) => site.inApp('change', { id: user.id, fields }),
    isIn: async (browser) => (await browser.get('/private')).status === 200,
    async advance(seconds) {
      ahead += seconds * 1000;
      await site.inApp('advance', { seconds });
    },
  };
}
