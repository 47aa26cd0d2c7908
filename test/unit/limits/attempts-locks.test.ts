import { describe, expect, it } from 'vitest';
import { userCounterKey } from '../../../lib/limits/keys.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import { alice, guesser } from '../../fixtures/guesser.js';

describe('A user', () => {
  it('is locked for 15 minutes by the tenth failure in 15 minutes, and not before', async () => {
    const clock = stopClock();
    const { guess, guessTimes, lock } = guesser();
    await guessTimes(9);
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true, locksIfWrong: true });
    expect(await lock()).toEqual({ retryAfter: 900 });
    clock.advance(15 * minute - 1);
    expect(await lock()).toEqual({ retryAfter: 1 });
    clock.advance(1);
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true });
  });

  it('is locked from the last failure on, not from the first', async () => {
    const clock = stopClock();
    const { guessTimes, lock } = guesser();
    await guessTimes(9);
    clock.advance(14 * minute);
    await guessTimes(1);
    expect(await lock()).toEqual({ retryAfter: 900 });
  });

  it('is refused with the seconds until the lock ends', async () => {
    const clock = stopClock();
    const { guess, guessTimes } = guesser();
    await guessTimes(10);
    clock.advance(5 * minute);
    expect(await guess()).toEqual({ allowed: false, code: 'user_locked', retryAfter: 600 });
  });

  it('is not locked by failures that are further apart', async () => {
    const clock = stopClock();
    const { guessTimes, lock } = guesser();
    for (let quarters = 0; quarters < 9; quarters += 1) {
      await guessTimes(9);
      clock.advance(15 * minute);
    }
    expect(await lock()).toBeUndefined();
  });

  it('is not locked if the tenth attempt succeeds', async () => {
    const { attempts, guessTimes, lock } = guesser();
    await guessTimes(9);
    await attempts.count({ ...alice, id: 'the right one' });
    await attempts.clear(userCounterKey(alice));
    expect(await lock()).toBeUndefined();
  });
});

describe('A lock', () => {
  it('doubles each time, up to a day', async () => {
    const clock = stopClock();
    const { guessTimes, lock } = guesser();
    const seconds = [];
    for (let locks = 0; locks < 9; locks += 1) {
      await guessTimes(10);
      const { retryAfter = 0 } = (await lock()) ?? {};
      seconds.push(retryAfter);
      clock.advance(retryAfter * second);
    }
    expect(seconds).toEqual([900, 1800, 3600, 7200, 14400, 28800, 57600, 86400, 86400]);
  });

  it('lasts as long as lockDuration and at most as long as maxLockDuration', async () => {
    const clock = stopClock();
    const { guessTimes, lock } = guesser({
      failuresPerUser: 2,
      failureWindow: 60,
      lockDuration: 60,
      maxLockDuration: 100,
    });
    await guessTimes(2);
    expect(await lock()).toEqual({ retryAfter: 60 });
    clock.advance(minute);
    await guessTimes(2);
    expect(await lock()).toEqual({ retryAfter: 100 });
  });

  it('lasts until the window of its failures ends, if that is later', async () => {
    stopClock();
    const { guessTimes, lock } = guesser({ failuresPerUser: 2, lockDuration: 60 });
    await guessTimes(2);
    expect(await lock()).toEqual({ retryAfter: 900 });
  });

  it('ends at once when the app unlocks the user', async () => {
    const { attempts, guess, guessTimes, lock } = guesser();
    await guessTimes(10);
    await attempts.clear(userCounterKey(alice));
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true, locksIfWrong: false });
  });

  it('is short again after a success', async () => {
    const clock = stopClock();
    const { attempts, guessTimes, lock } = guesser();
    await guessTimes(10);
    clock.advance(15 * minute);
    await attempts.clear(userCounterKey(alice));
    await guessTimes(10);
    expect(await lock()).toEqual({ retryAfter: 900 });
  });
});

describe('An attempt during a lock', () => {
  it('neither extends the lock nor makes it permanent', async () => {
    const clock = stopClock();
    const { guessTimes, guess, lock } = guesser({ failureWindow: 60, lockDuration: 60 });
    await guessTimes(10);
    await guessTimes(500);
    expect(await lock()).toEqual({ retryAfter: 60 });
    clock.advance(minute);
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true, locksIfWrong: false });
  });

  it('uses up no attempt after the lock, even if the lock outlasts the window', async () => {
    const clock = stopClock();
    const { guessTimes, guess, lock } = guesser({ failureWindow: 60, lockDuration: 120 });
    await guessTimes(10);
    clock.advance(90 * second);
    await guessTimes(500);
    clock.advance(30 * second);
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true, locksIfWrong: false });
  });

  it('never makes the lock permanent, even with many in parallel', async () => {
    const clock = stopClock();
    const { attempts, guessTimes, lock } = guesser();
    await guessTimes(10);
    await Promise.all(
      Array.from({ length: 300 }, (_, index) => attempts.count({ ...alice, id: `knock ${index}` })),
    );
    expect(await lock()).toEqual({ retryAfter: 900 });
    clock.advance(15 * minute);
    expect(await lock()).toBeUndefined();
  });
});
