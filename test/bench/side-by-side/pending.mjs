import { atOnce } from '../at-once.mjs';
import { contenders } from './contenders.mjs';
import { logIn } from './login.mjs';
import { startSite } from './site.mjs';
import { usersFrom } from './users.mjs';

/** Logins without a second phase; B5 measures 100,000 of ours. */
export const pending = 5000;

const warmUp = 500;

const lanes = 16;

/** B9: bytes of the app's heap for each pending login, everything kept in memory. */
export async function memoryOfPendingLogins() {
  const results = [];
  for (const contender of contenders) results.push(await measure(contender));
  return results;
}

async function measure(contender) {
  const answering = { untilSent: async () => undefined };
  const site = await startSite(contender, { storage: { kind: 'memory' }, answering });
  try {
    const known = usersFrom(0, warmUp);
    const waiting = usersFrom(warmUp, pending);
    await site.inApp('add', { users: [...known, ...waiting] });
    await atOnce(lanes, known, (user) => logIn(site, user));
    const before = await site.inApp('heap');
    await atOnce(lanes, waiting, (user) => site.begin(site.open(), user));
    const after = await site.inApp('heap');
    if (site.vendor.newestCode(waiting.at(-1).mobile) === undefined) throw new Error('no SMS');
    return {
      name: contender.name,
      heapEach: (after - before) / pending,
    };
  } finally {
    await site.stop();
  }
}
