import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../lib/challenge/challenge.js';
import { userCounterKey } from '../../../lib/limits/keys.js';
import type { Limits } from '../../../lib/limits/options.js';
import { Sends } from '../../../lib/limits/sends.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { someSubject } from '../../fixtures/challenges.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import { expectAllowed, limiterWith, limitSettings } from '../../fixtures/limits.js';

const sendsWith = (limits?: Limits, limiter = memoryLimiter()) =>
  new Sends(limiter, limitSettings(limits));

const alice = someSubject();
const bob = someSubject({ userId: 2, destination: '+64212222222' });

/** So many sends for the same thing; what became of the last. */
async function send(sends: Sends, times: number, subject: Subject = alice, ip?: string) {
  let last: unknown;
  for (let sent = 0; sent < times; sent += 1) last = await sends.count(subject, ip);
  return last;
}

const allowed = { allowed: true };
const refused = { allowed: false };

describe('The send lock', () => {
  it('A20: goes to one of fifty parallel requests', async () => {
    const sends = sendsWith();
    const claims = await Promise.all(Array.from({ length: 50 }, () => sends.claim(alice)));
    expect(claims.filter((claim) => claim.allowed)).toHaveLength(1);
  });

  it('is free again after the cooldown, and a refusal says when', async () => {
    const clock = stopClock();
    const sends = sendsWith({ resendCooldown: 30 });
    await sends.claim(alice);
    clock.advance(10 * second);
    expect(await sends.claim(alice)).toEqual({ allowed: false, retryAfter: 20 });
    clock.advance(20 * second);
    expect(await sends.claim(alice)).toMatchObject(allowed);
  });

  it('is separate for each transaction, user, purpose and epoch', async () => {
    const sends = sendsWith();
    await sends.claim(alice);
    expect(await sends.claim(someSubject({ transaction: '"pay"' }))).toMatchObject(allowed);
    expect(await sends.claim(someSubject({ purpose: 'step-up' }))).toMatchObject(allowed);
    expect(await sends.claim(bob)).toMatchObject(allowed);
    for (const epoch of ['second', 'third']) {
      expect(await sends.claim(someSubject({ epoch }))).toMatchObject(allowed);
    }
  });

  it('can be released', async () => {
    const sends = sendsWith();
    await sends.claim(alice);
    await sends.release(alice, Date.now() + second);
    expect(await sends.claim(alice)).toMatchObject(allowed);
  });

  it('is not released at its end or later, when it may be that of another request', async () => {
    stopClock();
    const sends = sendsWith();
    await sends.claim(alice);
    for (const ended of [0, second]) {
      await sends.release(alice, Date.now() - ended);
      expect(await sends.claim(alice)).toMatchObject(refused);
    }
  });
});

describe('A20: sends in an hour', () => {
  it('are five to one number, for all users together', async () => {
    const clock = stopClock();
    const sends = sendsWith();
    const others = Array.from({ length: 5 }, (_, userId) => someSubject({ userId }));
    for (const other of others) expect(await sends.count(other, undefined)).toMatchObject(allowed);
    clock.advance(10 * minute);
    expect(await sends.count(alice, undefined)).toEqual({ allowed: false, retryAfter: 3000 });
    clock.advance(50 * minute);
    expect(await sends.count(alice, undefined)).toMatchObject(allowed);
  });

  it('are five of one user, to all numbers together', async () => {
    const sends = sendsWith();
    for (let number = 0; number < 5; number += 1) {
      await sends.count(someSubject({ destination: `+6421123456${number}` }), undefined);
    }
    expect(await sends.count(alice, undefined)).toMatchObject(refused);
  });

  it('count nothing in total that other limits refuse, not even for a moment', async () => {
    const consumed: string[] = [];
    const make = memoryLimiter();
    const sends = sendsWith({ sendsPerHour: 1, sendsPerHourTotal: 2 }, (options) => {
      const limiter = make(options);
      const { consume } = limiter;
      return Object.assign(limiter, {
        consume: (key: string) => {
          consumed.push(`${options.keyPrefix} ${key}`);
          return consume.call(limiter, key);
        },
      });
    });
    const inTotal = () => consumed.filter((counter) => counter.endsWith(' all')).length;
    const first = expectAllowed(await sends.count(alice, undefined));
    await sends.count(alice, undefined);
    expect(inTotal()).toBe(1);
    // Messages that may be lost are counted in total as well.
    const second = expectAllowed(await sends.count(bob, undefined));
    expect(inTotal()).toBe(2);
    for (const admission of [first, second]) await sends.recordUnknown(admission, alice);
    await sends.count(someSubject({ userId: 3, destination: '+64213333333' }), undefined);
    expect(inTotal()).toBe(2);
  });

  it('are five of fifty in parallel', async () => {
    const sends = sendsWith();
    const counted = await Promise.all(
      Array.from({ length: 50 }, () => sends.count(alice, undefined)),
    );
    expect(counted.filter((admission) => admission.allowed)).toHaveLength(5);
  });

  it('are counted together for all strategies and purposes but enrolment', async () => {
    const sends = sendsWith();
    await send(sends, 5);
    const stepUp = someSubject({ purpose: 'step-up', strategy: 'other' });
    expect(await send(sends, 1, stepUp)).toMatchObject(refused);
  });

  it("A27: to a number being enrolled do not use up its owner's limit", async () => {
    const sends = sendsWith();
    const eve = someSubject({ purpose: 'enrol', userId: 666 });
    expect(await send(sends, 6, eve)).toMatchObject(refused);
    expect(await send(sends, 5)).toMatchObject(allowed);
  });

  it('are limited in total only if sendsPerHourTotal is set', async () => {
    const limited = sendsWith({ sendsPerHourTotal: 1 });
    expect(await send(limited, 1, alice)).toMatchObject(allowed);
    expect(await send(limited, 1, bob)).toMatchObject(refused);
    const unlimited = sendsWith();
    await send(unlimited, 1, alice);
    expect(await send(unlimited, 1, bob)).toMatchObject(allowed);
  });
});

describe('A send that exceeds one limit', () => {
  it('uses up no other limit', async () => {
    const sends = sendsWith({ sendsPerHourTotal: 6, sendsPerHourPerIp: 6 });
    await send(sends, 5, alice, '192.0.2.1');
    expect(await send(sends, 50, alice, '192.0.2.1')).toMatchObject(refused);
    expect(await send(sends, 1, bob, '192.0.2.1')).toMatchObject(allowed);
  });

  it('gives back nothing to a limiter that refused without counting', async () => {
    const make = memoryLimiter();
    const fromItsOwnMemory = { consumedPoints: 0, msBeforeNext: 1000 };
    const sends = sendsWith({ sendsPerHourTotal: 5 }, (options) => {
      const limiter = make(options);
      if (!options.keyPrefix.endsWith('overall')) return limiter;
      const takeBack = () => Promise.reject(new Error('Nothing was counted'));
      return Object.assign(limiter, { consume: () => Promise.reject(fromItsOwnMemory), takeBack });
    });
    expect(await send(sends, 1)).toEqual({ allowed: false, retryAfter: 1 });
  });

  it('returns the longest wait of all exceeded limits', async () => {
    const clock = stopClock();
    const sends = sendsWith({ sendsPerHour: 1 });
    await send(sends, 1, someSubject({ destination: bob.destination }));
    clock.advance(20 * minute);
    await send(sends, 1, someSubject({ userId: bob.userId }));
    expect(await sends.count(alice, undefined)).toEqual({ allowed: false, retryAfter: 3600 });
  });

  it('returns an hour if the limiter reports no wait', async () => {
    const endless = { consumedPoints: 99, msBeforeNext: -1 };
    const sends = sendsWith({}, limiterWith({ consume: () => Promise.reject(endless) }));
    expect(await sends.count(alice, undefined)).toEqual({ allowed: false, retryAfter: 3600 });
  });
});

describe('A send that reached no provider', () => {
  it('is given back everywhere', async () => {
    const sends = sendsWith({ sendsPerHour: 1, sendsPerHourPerIp: 1, sendsPerHourTotal: 1 });
    await sends.takeBack(expectAllowed(await sends.count(alice, '192.0.2.1')));
    expect(await sends.count(alice, '192.0.2.1')).toMatchObject(allowed);
  });
});

describe('Unlocking a user', () => {
  it('clears the sends of that user only', async () => {
    const sends = sendsWith({ sendsPerHour: 1 });
    await send(sends, 1, alice);
    await send(sends, 1, bob);
    await sends.clear(userCounterKey(alice));
    expect(await send(sends, 1, { ...alice, destination: '+64210000000' })).toMatchObject(allowed);
    expect(await send(sends, 1, { ...bob, destination: '+64210000001' })).toMatchObject(refused);
  });
});
