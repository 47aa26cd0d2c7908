import { describe, expect, it } from 'vitest';
import { SingleUse } from '../../../lib/limits/single-use.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { stopClock } from '../../fixtures/clock.js';
import { limiterWith } from '../../fixtures/limits.js';

const retention = 9900;

describe('The claim of a challenge', () => {
  it('A2: is granted to exactly one of fifty parallel requests', async () => {
    const singleUse = new SingleUse(memoryLimiter(), retention);
    const claims = Array.from({ length: 50 }, () => singleUse.claim('challenge'));
    expect((await Promise.all(claims)).filter(Boolean)).toEqual([true]);
  });

  it('A2: is granted once to two instances that share their limiters', async () => {
    const limiter = memoryLimiter();
    expect(await new SingleUse(limiter, retention).claim('challenge')).toBe(true);
    expect(await new SingleUse(limiter, retention).claim('challenge')).toBe(false);
  });

  it('A3: can be read without being taken', async () => {
    const singleUse = new SingleUse(memoryLimiter(), retention);
    expect(await singleUse.isClaimed('challenge')).toBe(false);
    expect(await singleUse.isClaimed('challenge')).toBe(false);
    await singleUse.claim('challenge');
    expect(await singleUse.isClaimed('challenge')).toBe(true);
    expect(await singleUse.isClaimed('other')).toBe(false);
  });

  it('A28: lasts as long as the challenge can be found', async () => {
    const clock = stopClock();
    const singleUse = new SingleUse(memoryLimiter(), retention);
    await singleUse.claim('challenge');
    clock.advance(retention * 1000 - 1);
    expect(await singleUse.isClaimed('challenge')).toBe(true);
    expect(await singleUse.claim('challenge')).toBe(false);
  });

  it('is granted to no request while the limiter is down', async () => {
    const down = () => Promise.reject(new Error('ECONNREFUSED'));
    const singleUse = new SingleUse(limiterWith({ consume: down, get: down }), retention);
    await expect(singleUse.claim('challenge')).rejects.toMatchObject({ code: 'limiter_failed' });
    await expect(singleUse.isClaimed('challenge')).rejects.toMatchObject({
      code: 'limiter_failed',
    });
  });
});
