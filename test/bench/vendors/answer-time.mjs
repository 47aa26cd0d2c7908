import { setTimeout as delay } from 'node:timers/promises';

const milliseconds = 60;

/**
 * Delays each answer until no send request has arrived for 60 ms, so that simultaneous posts are all in flight
 * before the first is answered.
 */
export function answerTime() {
  let newest = 0;
  return async () => {
    newest = performance.now();
    for (;;) {
      const left = newest + milliseconds - performance.now();
      if (left <= 0) return;
      await delay(left);
    }
  };
}
