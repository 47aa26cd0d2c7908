import { scenarios } from '../../one-sms/scenarios.mjs';

/** The logins of B4, each of which needs one SMS. They are parts of one guard. */
export const oneSms = scenarios.map(({ name, play }) => ({
  name,
  async play(site) {
    const user = await site.newUser();
    const browser = await play({
      open: () => site.open(),
      firstFactor: (from) => site.firstFactor(from, user),
      openForm: (from) => site.openForm(from),
      ask: (from) => site.ask(from, user),
      askAgain: (from) => site.askAgain(from, user),
      loseNextAnswer: () => site.vendor.loseAnswers(1),
    });
    await site.enter(browser, site.codeOf(user));
    const isIn = await site.isIn(browser);
    const sms = site.smsTo(user);
    // Without the answer the code cannot be checked; it is enough that no second SMS is sent.
    const kept = sms === 1 && (isIn || name === 'lost answer');
    return { kept, seen: `${sms} SMS, ${isIn ? '' : 'not '}logged in` };
  },
}));
