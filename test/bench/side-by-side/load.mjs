import { setTimeout as delay } from 'node:timers/promises';
import { atOnce } from '../at-once.mjs';
import { logIn } from './login.mjs';

/** Logins in flight at saturation: more than the vendor's answers keep waiting. */
const lanes = 32;

/** As many logins as an app can take: how many a second, and milliseconds of CPU of its process for each. */
export async function saturate(site, users) {
  await site.inApp('add', { users });
  const [cpu, own, started] = [await site.inApp('cpu'), process.cpuUsage(), performance.now()];
  await atOnce(lanes, users, (user) => logIn(site, user));
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(own);
  return {
    perSecond: (users.length / wall) * 1000,
    cpu: ((await site.inApp('cpu')) - cpu) / 1000 / users.length,
    /** How busy this side was, of one core: near to 1 it would be what is measured. */
    generator: (user + system) / 1000 / wall,
  };
}

/** Logins that begin so many a second, whether or not others have ended: milliseconds of each. */
export async function steady(site, users, perSecond) {
  await site.inApp('add', { users });
  const started = performance.now();
  return Promise.all(
    users.map(async (user, index) => {
      await delay(started + (index * 1000) / perSecond - performance.now());
      const begun = performance.now();
      await logIn(site, user);
      return performance.now() - begun;
    }),
  );
}
