// An app with the given number of pending logins, in a process of its own.
import { atOnce, mobiles } from '../at-once.mjs';
import { serve } from '../processes.mjs';
import { begin, heap, logIn } from './logins.mjs';

const questions = {
  /** Starts logins without completing them; returns the heap they take. */
  async pend({ count, from }) {
    const before = heap();
    await atOnce(8, mobiles(from, count), begin);
    return heap() - before;
  },
  async cpu({ logins, from }) {
    const before = process.cpuUsage();
    await atOnce(8, mobiles(from, logins), logIn);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / logins;
  },
};

serve('ready', ({ question, ...rest }) => questions[question](rest));
