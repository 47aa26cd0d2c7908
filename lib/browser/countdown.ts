// Shows the time that is left in place of the server's text, and announces once that it is over.
import { timeLeft } from './time-left.js';

/**
 * Counts down the seconds that the server rendered; a time would depend on both clocks. They are counted on
 * `Date`, which also advances while a phone sleeps; `performance.now()` may not.
 *
 * @param setRunning called when the countdown starts and when it ends
 * @returns a function that undoes it
 */
export function countDown(
  element: HTMLElement,
  seconds: number,
  setRunning: (running: boolean) => void,
): () => void {
  const { countdown = '{time}', finished = '' } = element.dataset;
  const end = Date.now() + seconds * 1000;
  const original = [...element.childNodes];
  const ticking = new Text();
  // A live region is announced reliably only if it exists, empty, before its text changes. The seconds
  // stay outside it: a screen reader would read out every one of them.
  const status = document.createElement('span');
  status.role = 'status';

  const stop = () => {
    clearInterval(timer);
    setRunning(false);
  };
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    ticking.data = left > 0 ? countdown.replace('{time}', timeLeft(left)) : '';
    if (left > 0) return;
    stop();
    status.textContent = finished;
  };
  const timer = setInterval(tick, 1000);
  element.replaceChildren(ticking, status);
  setRunning(true);
  tick();
  return () => {
    stop();
    element.replaceChildren(...original);
  };
}
