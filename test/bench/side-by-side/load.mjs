import { setTimeout as delay } from 'node:timers/promises';
import { atOnce } from '../at-once.mjs';
import { logIn } from './login.mjs';

/** Simultaneous logins at saturation: enough to keep the app busy while others wait for the vendor. */
const lanes = 32;

/** Logs all users in as fast as the app can: logins per second, and milliseconds of its CPU for each. */
export async function saturate(site, users) {
  await site.inApp('add', { users });
  const [cpu, own, started] = [await site.inApp('cpu'), process.cpuUsage(), performance.now()];
  await atOnce(lanes, users, (user) => logIn(site, user));
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(own);
  return {
    perSecond: (users.length / wall) * 1000,
    cpu: ((await site.inApp('cpu')) - cpu) / 1000 / users.length,
    /** The share of one core that this process, which plays the vendors too, used: close to 1, it would limit the app. */
    generator: (user + system) / 1000 / wall,
  };
}

/** Starts logins at a fixed rate, whether or not earlier ones have ended: milliseconds of each. */
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
