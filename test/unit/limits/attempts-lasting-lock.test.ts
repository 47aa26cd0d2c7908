import { describe, expect, it } from 'vitest';
import { userCounterKey } from '../../../lib/limits/keys.js';
import { hour, minute, stopClock } from '../../fixtures/clock.js';
import { alice, guesser } from '../../fixtures/guesser.js';

describe('A26: a hundred failures without a success', () => {
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

  it('lock the user until the app unlocks, however slow they come', async () => {
    const { attempts, guess, lock, clock } = await patient(100);
    expect(await lock()).toEqual({ retryAfter: undefined });
    clock.advance(365 * 24 * hour);
    expect(await lock()).toEqual({ retryAfter: undefined });
    expect(await guess()).toEqual({ allowed: false, code: 'user_locked', retryAfter: undefined });
    await attempts.clear(userCounterKey(alice));
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true });
  });

  it('are not ninety-nine', async () => {
    const { guess, lock } = await patient(99);
    expect(await lock()).toBeUndefined();
    expect(await guess()).toMatchObject({ allowed: true });
    expect(await lock()).toEqual({ retryAfter: undefined });
  });

  it('begin again after a success', async () => {
    const { attempts, guessTimes, lock } = await patient(99);
    await attempts.clear(userCounterKey(alice));
    await guessTimes(1);
    expect(await lock()).toBeUndefined();
  });

  it('are fewer where the app says so', async () => {
    const { guess, guessTimes, lock } = guesser({ consecutiveFailures: 3 });
    await guessTimes(3);
    expect(await lock()).toEqual({ retryAfter: undefined });
    expect(await guess()).toMatchObject({ allowed: false, retryAfter: undefined });
  });
});
