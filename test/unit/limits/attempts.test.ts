import { describe, expect, it } from 'vitest';
import { Attempts, type CountedRespondent, type Refund } from '../../../lib/limits/attempts.js';
import { userCounterKey } from '../../../lib/limits/keys.js';
import type { LimiterFactory } from '../../../lib/limits/limiter.js';
import type { Limits } from '../../../lib/limits/options.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { someSubject } from '../../fixtures/challenges.js';
import { expectAllowed, limiterWith, limitSettings } from '../../fixtures/limits.js';

const retention = 9900;

const alice = someSubject({ userId: 'alice' });
const bob = someSubject({ userId: 'bob' });

const attemptsWith = (limits?: Limits, limiter = memoryLimiter()) =>
  new Attempts(limiter, limitSettings(limits), retention);

/** Limiters with the methods of rate-limiter-flexible alone, and the keys that these were called with. */
function withoutTakeBack() {
  const make = memoryLimiter();
  const keys: Record<'consume' | 'reward' | 'penalty', string[]> = {
    consume: [],
    reward: [],
    penalty: [],
  };
  const limiter: LimiterFactory = (options) => {
    const real = make(options);
    const recording = (method: keyof typeof keys) => (key: string) => {
      keys[method].push(`${options.keyPrefix}:${key}`);
      return real[method](key);
    };
    return Object.assign(Object.create(real), {
      consume: recording('consume'),
      reward: recording('reward'),
      penalty: recording('penalty'),
      takeBack: undefined,
    });
  };
  return { limiter, keys };
}

const atOnce = <T>(times: number, action: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, index) => action(index)));

describe('Attempts on a challenge', () => {
  it('are five by default, and each returns how many remain', async () => {
    const attempts = attemptsWith();
    expect(await attempts.remainingOn('challenge')).toBe(5);
    for (const remaining of [4, 3, 2, 1, 0]) {
      const attempt = await attempts.count({ ...alice, id: 'challenge' });
      expect(attempt).toEqual({ allowed: true, remaining, locksIfWrong: false, failedBefore: 0 });
    }
    expect(await attempts.remainingOn('challenge')).toBe(0);
    expect(await attempts.count({ ...alice, id: 'challenge' })).toEqual({
      allowed: false,
      code: 'too_many_attempts',
    });
  });

  it('A1: are at most five of fifty in parallel', async () => {
    const attempts = attemptsWith();
    const counted = await atOnce(50, () => attempts.count({ ...alice, id: 'challenge' }));
    expect(counted.filter(({ allowed }) => allowed)).toHaveLength(5);
  });

  it('are as many as attemptsPerChallenge says', async () => {
    const attempts = attemptsWith({ attemptsPerChallenge: 3 });
    const counted = await atOnce(50, () => attempts.count({ ...alice, id: 'challenge' }));
    expect(counted.filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  it('are counted separately for each challenge', async () => {
    const attempts = attemptsWith();
    await attempts.count({ ...alice, id: 'challenge' });
    expect(await attempts.remainingOn('other')).toBe(5);
  });

  it('do not count against the user once the challenge has none left', async () => {
    const attempts = attemptsWith();
    await atOnce(50, () => attempts.count({ ...alice, id: 'challenge' }));
    const counted = await atOnce(5, () => attempts.count({ ...alice, id: 'next' }));
    expect(counted.map((attempt) => expectAllowed(attempt).locksIfWrong)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('A4: attempts of a user', () => {
  it('are ten across all challenges: a new challenge gives no new guesses', async () => {
    const attempts = attemptsWith();
    const counted = await atOnce(50, (index) =>
      attempts.count({ ...alice, id: `challenge ${index}` }),
    );
    expect(counted.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(counted.at(-1)).toMatchObject({ allowed: false, code: 'user_locked' });
  });

  it('are ten across all strategies that share the limiters', async () => {
    const limiter = memoryLimiter();
    const both = [attemptsWith({}, limiter), attemptsWith({}, limiter)];
    const counted = await atOnce(25, (index) =>
      Promise.all(
        both.map((attempts, one) => attempts.count({ ...alice, id: `${one}: ${index}` })),
      ),
    );
    expect(counted.flat().filter(({ allowed }) => allowed)).toHaveLength(10);
  });

  it('are counted separately for each user', async () => {
    const attempts = attemptsWith();
    await atOnce(50, (index) => attempts.count({ ...alice, id: `challenge ${index}` }));
    expect(await attempts.lockOf(bob)).toBeUndefined();
    expect(await attempts.count({ ...bob, id: 'of bob' })).toMatchObject({ allowed: true });
  });
});

describe('A success', () => {
  it('A6: clears the failures of that user only', async () => {
    const attempts = attemptsWith({ failuresPerUser: 2 });
    await atOnce(2, (index) => attempts.count({ ...alice, id: `alice ${index}` }));
    await atOnce(2, (index) => attempts.count({ ...bob, id: `bob ${index}` }));
    await attempts.clear(userCounterKey(alice));
    expect(await attempts.lockOf(alice)).toBeUndefined();
    expect(await attempts.lockOf(bob)).toBeDefined();
  });

  it('A4: gives back no attempt on the challenge', async () => {
    const attempts = attemptsWith();
    await attempts.count({ ...alice, id: 'challenge' });
    await attempts.clear(userCounterKey(alice));
    expect(await attempts.remainingOn('challenge')).toBe(4);
  });
});

describe('An attempt without a verdict', () => {
  const tried = async (refund: Refund) => {
    const attempts = attemptsWith({ failuresPerUser: 1, consecutiveFailures: 1 });
    await attempts.count({ ...alice, id: 'challenge' });
    await attempts.takeBack({ ...alice, id: 'challenge' }, refund);
    return attempts;
  };

  it('is given back everywhere if the request was provably never sent', async () => {
    const attempts = await tried('all');
    expect(await attempts.lockOf(alice)).toBeUndefined();
    expect(await attempts.remainingOn('challenge')).toBe(5);
  });

  it('A5: is given back to the user only if the provider rejected the request unread', async () => {
    const attempts = await tried('user');
    expect(await attempts.lockOf(alice)).toBeUndefined();
    expect(await attempts.remainingOn('challenge')).toBe(4);
  });

  it('A26: still counts as one of a hundred consecutive failures if the answer was lost', async () => {
    const attempts = await tried('recent');
    expect(await attempts.lockOf(alice)).toEqual({ retryAfter: undefined });
    expect(await attempts.remainingOn('challenge')).toBe(4);
  });

  it('gives back nothing if a success has cleared the user since', async () => {
    const attempts = attemptsWith({ failuresPerUser: 1 });
    await attempts.count({ ...alice, id: 'challenge' });
    await attempts.clear(userCounterKey(alice));
    await attempts.takeBack({ ...alice, id: 'challenge' }, 'user');
    expect(await attempts.count({ ...alice, id: 'next' })).toMatchObject({ locksIfWrong: true });
  });

  it('does not unlock a user whom other attempts have locked', async () => {
    const attempts = attemptsWith({ failuresPerUser: 3 });
    const counted = await atOnce(3, (index) =>
      attempts.count({ ...alice, id: `challenge ${index}` }),
    );
    for (const attempt of counted) await attempts.fail(alice, expectAllowed(attempt));
    await attempts.takeBack({ ...alice, id: 'challenge 0' }, 'user');
    await attempts.takeBack({ ...alice, id: 'challenge 1' }, 'user');
    expect(await attempts.lockOf(alice)).toEqual({ retryAfter: 900 });
  });
});

describe('An attempt that is given back', () => {
  const { realm, strategy, userId } = alice;

  it.each<[string, CountedRespondent]>([
    ['at a login', { ...alice, id: 'challenge' }],
    ['with a recovery code and no challenge', { realm, strategy, userId, purpose: 'login' }],
    ['while enrolling', { ...alice, purpose: 'enrol', id: 'challenge' }],
  ])('is subtracted only where it was counted: %s', async (_when, respondent) => {
    const { limiter, keys } = withoutTakeBack();
    const attempts = attemptsWith({}, limiter);
    await attempts.count(respondent);
    await attempts.takeBack(respondent, 'all');
    expect(keys.reward.toSorted()).toEqual(keys.consume.toSorted());
    expect(keys.penalty).toEqual([]);
  });
});

describe('A5: a limiter that fails', () => {
  it('fails closed: no code is checked and no lock is ignored', async () => {
    const unreadable = async () => 'OK';
    const attempts = attemptsWith({}, limiterWith({ consume: unreadable, get: unreadable }));
    const failed = { code: 'limiter_failed' };
    await expect(attempts.count({ ...alice, id: 'challenge' })).rejects.toMatchObject(failed);
    await expect(attempts.lockOf(alice)).rejects.toMatchObject(failed);
    await expect(attempts.remainingOn('challenge')).rejects.toMatchObject(failed);
  });
});

describe('The counts of a challenge', () => {
  it('are kept while the challenge can be found, and consecutive failures without expiry', () => {
    const made: [string, number, number][] = [];
    const make = memoryLimiter();
    attemptsWith({}, (options) => {
      made.push([options.keyPrefix, options.points, options.duration]);
      return make(options);
    });
    expect(made).toEqual([
      ['passport-modica-2fa:attempts', 5, retention],
      ['passport-modica-2fa:failures', 10, 900],
      ['passport-modica-2fa:failures-in-a-row', 100, 0],
      ['passport-modica-2fa:locked', 1, 900],
      ['passport-modica-2fa:locks', 1, 0],
      ['passport-modica-2fa:failures-number', 100, 86_400],
      ['passport-modica-2fa:failures-own-number', 10, 900],
    ]);
  });
});
