import { describe, expect, it } from 'vitest';
import { userCounterKey } from '../../../lib/limits/keys.js';
import { hour, minute, stopClock } from '../../fixtures/clock.js';
import { alice, guesser } from '../../fixtures/guesser.js';

describe('A26: a hundred consecutive failures', () => {
  /** A guess every 16 minutes: no short lock ever comes. */
  async function patient(guesses: number) {
    const clock = stopClock();
    const guessing = guesser();
    for (let guessed = 0; guessed < guesses; guessed += 1) {
      await guessing.guessTimes(1);
      clock.advance(16 * minute);
    }
    return { ...guessing, clock };
  }

  it('lock the user until the app calls unlock, over any period', async () => {
    const { attempts, guess, lock, clock } = await patient(100);
    expect(await lock()).toEqual({ retryAfter: undefined });
    clock.advance(365 * 24 * hour);
    expect(await lock()).toEqual({ retryAfter: undefined });
    expect(await guess()).toEqual({ allowed: false, code: 'user_locked', retryAfter: undefined });
    await attempts.clear(userCounterKey(alice));
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true });
  });

  it('lock only with the hundredth, not with the ninety-ninth', async () => {
    const { guess, lock } = await patient(99);
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true });
    expect(await lock()).toEqual({ retryAfter: undefined });
  });

  it('are counted anew after a success', async () => {
    const { attempts, guessTimes, lock } = await patient(99);
    await attempts.clear(userCounterKey(alice));
    await guessTimes(1);
    expect(await lock()).toBeUndefined();
  });

  it('are as few as the limit consecutiveFailures says', async () => {
    const { guess, guessTimes, lock } = guesser({ consecutiveFailures: 3 });
    await guessTimes(3);
    expect(await lock()).toEqual({ retryAfter: undefined });
    expect(await guess()).toMatchObject({ allowed: false, retryAfter: undefined });
  });
});
