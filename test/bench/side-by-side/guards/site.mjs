import { startSite } from '../site.mjs';
import { usersFrom } from '../users.mjs';

export const wrongCode = '000000';

/** Seconds after which every contender sends another SMS. */
export const afterThePause = 31;

/** The site of a contender for its guards: with a clock that is set, and users that nobody else has. */
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
  return {
    ...site,
    enter,
    async newUser() {
      users += 1;
      const [user] = usersFrom(users, 1);
      await site.inApp('add', { users: [user] });
      return user;
    },
    /** A browser whose user has been sent a code. */
    begin,
    /** The same browser, with the cookies that it has now. */
    copyOf: (browser) => site.open({ cookies: new Map(browser.cookies) }),
    codeOf: (user) => site.vendor.newestCode(user.mobile) ?? wrongCode,
    smsTo: (user) => site.vendor.messages().filter(({ to }) => to === user.mobile).length,
    sms: () => site.vendor.messages().length,
    /** How many codes were compared with the right one, by vendor or app. */
    compared: () => site.vendor.compared() + comparedByApp,
    change: (user, fields) => site.inApp('change', { id: user.id, fields }),
    isIn: async (browser) => (await browser.get('/private')).status === 200,
    async advance(seconds) {
      ahead += seconds * 1000;
      await site.inApp('advance', { seconds });
    },
  };
}
