import { vi } from 'vitest';
import { timers } from '../../../lib/timers.js';

/** Stops the clock and all timers, which `vi.useRealTimers` and `vi.restoreAllMocks` undo. */
export function stopAllTimers(): void {
  // The limiter's timers too: ten thousand worlds leave hundreds of thousands of them.
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(timers, 'setTimeout').mockImplementation(setTimeout);
  vi.spyOn(timers, 'clearTimeout').mockImplementation(clearTimeout);
  // A login that waits for another's challenge looks again after a pause: here its turn is the pause.
  vi.spyOn(timers, 'delay').mockResolvedValue(undefined);
}

/** Forgets the timers of the world before. */
export function forgetTimers(): void {
  vi.clearAllTimers();
  // Each call of a spy is recorded: those of ten thousand worlds were 4 GB.
  vi.clearAllMocks();
}
