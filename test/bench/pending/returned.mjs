// What logins take of the heap, and what of it is left when hours have passed by a clock that is set.
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';

mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() });
// lru-cache tells the time by it.
performance.now = () => Date.now();

const { begin, logIn, heap } = await import('./logins.mjs');
const { mobiles } = await import('../at-once.mjs');
const { serve } = await import('../processes.mjs');

const logins = 5000;

async function round(from) {
  for (const mobile of mobiles(from, logins)) await begin(mobile);
  for (const mobile of mobiles(from + logins, logins)) await logIn(mobile);
}

/** In steps of ten minutes: a sweep goes on a part at a time, which takes turns and not time. */
async function hoursPass() {
  for (let step = 0; step < 24; step++) {
    mock.timers.tick(600_000);
    for (let turn = 0; turn < 100; turn++) await setImmediate();
  }
  await logIn('+64219999999');
}

serve('ready', async () => {
  // Once before it counts, so that code and caches are there.
  await round(0);
  await hoursPass();
  const before = heap();
  await round(2 * logins);
  const taken = heap() - before;
  await hoursPass();
  return { taken, left: heap() - before };
});
