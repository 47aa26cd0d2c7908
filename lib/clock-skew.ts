// Reports a clock that differs from those of the provider or of other processes.
import { clockSkew } from './challenge/challenge.js';
import { isWatched, publish } from './events.js';

/** Milliseconds. A wrong clock is wrong in every request, so it is reported once an hour. */
const reportEvery = 3_600_000;

const reportedAt = new Map<string, number>();

/**
 * Reports a difference between this process's clock and another one beyond the tolerance, once an hour.
 *
 * @param against - The name of a provider, or `'another process'` of the app.
 * @param difference - How far the other clock is ahead, in milliseconds.
 */
export function compareClocks(against: string, difference: number): void {
  if (!isWatched() || Math.abs(difference) <= clockSkew) return;
  const now = performance.now();
  if (now - (reportedAt.get(against) ?? Number.NEGATIVE_INFINITY) < reportEvery) return;
  reportedAt.set(against, now);
  publish({ name: 'clock_off', against, seconds: Math.round(difference / 1000) });
}
