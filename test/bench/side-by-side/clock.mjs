// A clock that runs in real time and can be advanced, which fires the timers of that time.
import { mock } from 'node:test';

const { setInterval: every } = globalThis;
const time = performance.now.bind(performance);
let last = time();

mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.now() });
// lru-cache reads the time from it.
performance.now = () => Date.now();

every(() => {
  const now = time();
  const passed = Math.floor(now - last);
  last += passed;
  mock.timers.tick(passed);
}, 5).unref();

export const advance = (seconds) => mock.timers.tick(seconds * 1000);
