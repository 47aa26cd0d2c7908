import { clockSkew } from './challenge/challenge.js';
import { isWatched, publish } from './events.js';

/** Milliseconds: a wrong clock is wrong at every request. */
const reportEvery = 3_600_000;

const reportedAt = new Map<string, number>();

/**
 * Reports a clock of ours that differs from another one by more than is allowed for, once an hour.
 *
 * @param against - The name of a provider, or `'memory'` for the clocks of the app's other processes.
 * @param difference - Milliseconds by which the other one is ahead.
 */
export function compareClocks(against: string, difference: number): void {
  if (!isWatched() || Math.abs(difference) <= clockSkew) return;
  const now = performance.now();
  if (now - (reportedAt.get(against) ?? Number.NEGATIVE_INFINITY) < reportEvery) return;
  reportedAt.set(against, now);
  publish({ name: 'clock_off', against, seconds: Math.round(difference / 1000) });
}
