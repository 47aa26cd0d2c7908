/// <reference path="./rate-limiter-memory.d.ts" />
// By itself: the package's index loads its adapters to a dozen databases too.
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import { SetupError } from '../errors.js';
import type { LimiterFactory } from './limiter.js';

/**
 * Counters and claims in this process. The same prefix gives the same limiter, so that all
 * strategies that share the factory count together; they cannot do so by different limits.
 */
export function memoryLimiter(): LimiterFactory {
  const limiters = new Map<string, RateLimiterMemory>();
  return (options) => {
    const { keyPrefix, points, duration } = options;
    const limiter = limiters.get(keyPrefix) ?? new RateLimiterMemory({ ...options });
    if (limiter.points !== points || limiter.duration !== duration) {
      throw new SetupError('option_invalid', {
        problem:
          'Option "limits": another strategy in this process counts in the same memory by other limits.',
        cure: 'Give both the same limits; or, where they serve different users, a memory of its own: ...inMemory().',
      });
    }
    limiters.set(keyPrefix, limiter);
    return limiter;
  };
}

/**
 * Whether a limiter counts in this process alone: by its name, for another copy of the package has another
 * class, or by what it is made of, for a bundle that an app minifies has other names.
 */
export function countsInThisProcess(limiter: unknown): boolean {
  const told = Object(limiter);
  return told.constructor?.name === 'RateLimiterMemory' || '_memoryStorage' in told;
}
