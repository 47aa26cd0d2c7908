import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { UserChallenges } from '../../../lib/storage/user-challenges.js';
import { someChallenge, someSubject } from '../../fixtures/challenges.js';
import { hour, stopClock } from '../../fixtures/clock.js';

describe('The challenges of a user', () => {
  it('are cancelled if they were created before the cancellation', async () => {
    const clock = stopClock();
    const challenges = new UserChallenges(new Keyv({ throwOnErrors: true }), hour);
    await challenges.cancel(someSubject());
    const epoch = await challenges.epochOf(someSubject());
    expect(await challenges.isCancelled(someChallenge())).toBe(true);
    expect(await challenges.isCancelled(someChallenge({ epoch }))).toBe(false);
    // One that was created just before the epoch is forgotten is still in order.
    clock.advance(hour + 1);
    expect(await challenges.epochOf(someSubject())).toBeUndefined();
    expect(await challenges.isCancelled(someChallenge({ epoch }))).toBe(false);
  });

  it('are listed, the newest fifty of them', async () => {
    const challenges = new UserChallenges(new Keyv({ throwOnErrors: true }), hour);
    const ids = Array.from({ length: 51 }, (_, index) => `id-${index}`);
    for (const id of ids) {
      await challenges.list(someChallenge({ id }), await challenges.listOf(someSubject()));
    }
    expect(await challenges.listOf(someSubject())).toEqual(ids.slice(1));
    expect(await challenges.listOf(someSubject({ userId: 2 }))).toEqual([]);
  });
});
