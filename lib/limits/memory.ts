import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { LimiterFactory } from './limiter.js';

/**
 * Counters and claims in this process. The same prefix gives the same limiter, so that all
 * strategies that share the factory count together.
 */
export function memoryLimiter(): LimiterFactory {
  const limiters = new Map<string, RateLimiterMemory>();
  return (options) => {
    const key = `${options.keyPrefix}:${options.points}:${options.duration}`;
    const limiter = limiters.get(key) ?? new RateLimiterMemory({ ...options });
    limiters.set(key, limiter);
    return limiter;
  };
}
