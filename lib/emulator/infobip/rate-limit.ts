// Infobip's durations and limits, and the counting of requests against a limit.
import { BoundedList } from '../server/bounded-list.js';

/** A duration as Infobip writes it, such as '15m'; 'm' alone is one minute. */
export const durationPattern = /^\d*(ms|s|m|h|d)$/;

/** A limit as Infobip writes it: '1/3s' is one in three seconds. */
export const limitPattern = /^\d+\/\d*(ms|s|m|h|d)$/;

const units = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

export function milliseconds(duration: string): number {
  const [count = ''] = duration.match(/^\d+/) ?? [];
  return Number(count || 1) * Number(units.get(duration.slice(count.length)));
}

/** Counts requests by key. The sliding window, in which refused requests do not count, is made up. */
export class RateLimit {
  readonly #counted = new BoundedList<{ readonly key: string; readonly at: number }>();

  allows(key: string, limit: string, now: number): boolean {
    const period = milliseconds(limit.replace(/^\d+\//, ''));
    const inPeriod = this.#counted.items.filter(
      (counted) => counted.key === key && counted.at > now - period,
    );
    return inPeriod.length < Number.parseInt(limit, 10);
  }

  count(key: string, now: number): void {
    this.#counted.add({ key, at: now });
  }
}
