// The heap that logins take, and what of it is in use four hours later by a fake clock.
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';

mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() });
// lru-cache reads the time from it.
performance.now = () => Date.now();

const { begin, logIn, heap } = await import('./logins.mjs');
const { mobiles } = await import('../at-once.mjs');
const { serve } = await import('../processes.mjs');

const logins = 5000;

async function round(from) {
  for (const mobile of mobiles(from, logins)) await begin(mobile);
  for (const mobile of mobiles(from + logins, logins)) await logIn(mobile);
}

/** In steps of ten minutes: a sweep deletes in parts, one per turn of the event loop. */
async function hoursPass() {
  for (let step = 0; step < 24; step++) {
    mock.timers.tick(600_000);
    for (let turn = 0; turn < 100; turn++) await setImmediate();
  }
  await logIn('+64219999999');
}

serve('ready', async () => {
  // Two rounds first: compiled code, caches and what the first round leaves are not counted.
  for (const first of [0, 2]) {
    await round(first * logins);
    await hoursPass();
  }
  const before = heap();
  await round(4 * logins);
  const taken = heap() - before;
  await hoursPass();
  return { taken, left: heap() - before };
});
