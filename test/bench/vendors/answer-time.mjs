import { setTimeout as delay } from 'node:timers/promises';

const milliseconds = 60;

/**
 * When a provider answers to a wish for an SMS. It waits until no further wish came for a while, so
 * that of posts at once every one is on its way before the first is answered, on a slow machine too.
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
