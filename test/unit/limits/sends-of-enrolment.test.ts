import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../lib/challenge/challenge.js';
import { Attempts } from '../../../lib/limits/attempts.js';
import { userCounterKey } from '../../../lib/limits/keys.js';
import type { Limits } from '../../../lib/limits/options.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { someSubject } from '../../fixtures/challenges.js';
import { hour, minute, second, stopClock } from '../../fixtures/clock.js';
import { expectAllowed, limitSettings } from '../../fixtures/limits.js';

const own = someSubject({ purpose: 'enrol', destination: '+64212222222' });
const strangers = someSubject({ purpose: 'enrol', destination: '+64217777777' });

/** Enters codes, each for a challenge of its own. */
function enrolling(limits?: Limits) {
  const clock = stopClock();
  const attempts = new Attempts(memoryLimiter(), limitSettings(limits), 9900);
  let challenges = 0;
  const count = (subject: Subject) => {
    challenges += 1;
    return attempts.count({ ...subject, id: `challenge ${challenges}` });
  };
  const guess = async (subject: Subject, times = 1) => {
    let guesses = 0;
    for (let time = 0; time < times; time += 1) {
      const attempt = await count(subject);
      if (!attempt.allowed) break;
      guesses += 1;
      await attempts.fail(subject, attempt);
    }
    return guesses;
  };
  const succeed = async (subject: Subject) => {
    const attempt = await count(subject);
    if (attempt.allowed) await attempts.succeed(subject, attempt);
    return attempt.allowed;
  };
  return { clock, attempts, count, guess, succeed };
}

describe("A37: guesses at a stranger's number", () => {
  it('A37: still count after their user has enrolled other numbers', async () => {
    const { attempts, guess, succeed } = enrolling();
    expect(await guess(strangers, 9)).toBe(9);
    expect(await succeed(own)).toBe(true);
    expect(await succeed(own)).toBe(true);
    expect(await guess(strangers, 50)).toBe(1);
    expect(await attempts.lockOf(strangers)).toEqual({ retryAfter: 900 });
  });

  it('A37: end at a hundred, even with successes in between', async () => {
    const { clock, attempts, guess, succeed } = enrolling();
    let guesses = 0;
    for (let quarters = 0; quarters < 100; quarters += 1) {
      guesses += await guess(strangers, 9);
      await guess(own, 1);
      await succeed(own);
      clock.advance(2 * hour);
    }
    expect(guesses).toBeLessThanOrEqual(100);
    expect(await attempts.lockOf(strangers)).toEqual({ retryAfter: undefined });
    await attempts.clear(userCounterKey(strangers));
    expect(await attempts.lockOf(own)).toBeUndefined();
  });

  it('A37: end at a hundred a day for all users together, and lock the owner out for no longer', async () => {
    const { clock, attempts, guess, succeed } = enrolling();
    let guesses = 0;
    for (let userId = 100; userId < 150; userId += 1) {
      guesses += await guess({ ...strangers, userId }, 9);
    }
    expect(guesses).toBe(100);
    const owner = { ...strangers, userId: 'owner' };
    expect(await guess(owner)).toBe(0);
    expect(await attempts.lockOf(owner)).toEqual({ retryAfter: 86_400 });
    expect(await attempts.lockOf(own)).toBeUndefined();
    clock.advance(24 * hour);
    expect(await succeed(owner)).toBe(true);
  });

  it('by one user lock the number for no other', async () => {
    const { clock, attempts, guess } = enrolling();
    for (let now = 0; now < 24 * 60; now += 15) {
      await guess(strangers, 50);
      clock.advance(15 * minute - second);
    }
    expect(await attempts.lockOf({ ...strangers, userId: 'owner' })).toBeUndefined();
  });
});

describe('A37: a success while enrolling', () => {
  it('clears the failures of all users at its number', async () => {
    const { guess, succeed } = enrolling({ consecutiveFailures: 12 });
    expect(await guess(own, 9)).toBe(9);
    expect(await succeed(own)).toBe(true);
    expect(await guess(own, 9)).toBe(9);
    expect(await guess({ ...own, userId: 3 }, 50)).toBe(3);
  });

  it('gives back each failure once, even with parallel successes', async () => {
    const { attempts, guess, count } = enrolling();
    await guess(strangers, 6);
    await guess(own, 2);
    const both = [await count(own), await count(own)];
    await Promise.all(both.map((attempt) => attempts.succeed(own, expectAllowed(attempt))));
    expect(await guess(strangers, 50)).toBe(4);
  });

  it('gives back no attempt without a verdict', async () => {
    const { attempts, guess, succeed } = enrolling({ consecutiveFailures: 3 });
    await attempts.count({ ...own, id: 'lost' });
    await attempts.takeBack({ ...own, id: 'lost' }, 'recent');
    await succeed(own);
    expect(await guess(strangers, 50)).toBe(2);
  });

  it('is not needed to give back an attempt that was never checked', async () => {
    const { attempts, guess } = enrolling({ consecutiveFailures: 1 });
    await attempts.count({ ...own, id: 'turned away' });
    await attempts.takeBack({ ...own, id: 'turned away' }, 'user');
    expect(await guess({ ...own, userId: 3 })).toBe(1);
  });

  it('clears no failure of a login', async () => {
    const { guess, succeed } = enrolling();
    await guess(someSubject(), 9);
    await succeed(own);
    expect(await guess(someSubject(), 50)).toBe(1);
  });
});
