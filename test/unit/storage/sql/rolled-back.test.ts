import { describe, expect, it } from 'vitest';
import { repeatRolledBack } from '../../../../lib/storage/sql/rolled-back.js';
import { halfWaits } from '../../../fixtures/waits.js';

const deadlock = new Error('deadlock detected');
const wasRolledBack = (error: unknown) => error === deadlock;

/** An action that fails that many times before it succeeds. */
function failing(times: number, failure = deadlock) {
  let attempts = 0;
  return {
    action: async () => {
      attempts += 1;
      if (attempts <= times) throw failure;
      return 'done';
    },
    attempts: () => attempts,
  };
}

describe('What a database rolled back', () => {
  it.each([0, 1, 9])('is repeated until it succeeds, after %d failures', async (times) => {
    const { action, attempts } = failing(times);
    expect(await repeatRolledBack(action, wasRolledBack)).toBe('done');
    expect(attempts()).toBe(times + 1);
  });

  it('fails with the error of the database after ten attempts', async () => {
    const { action, attempts } = failing(10);
    await expect(repeatRolledBack(action, wasRolledBack)).rejects.toBe(deadlock);
    expect(attempts()).toBe(10);
  });

  it('is repeated after a random time below 20 ms, which grows by as much with each attempt', async () => {
    const waits = halfWaits();
    await repeatRolledBack(failing(4).action, wasRolledBack);
    expect(waits).toEqual([[10], [20], [30], [40]]);
  });
});

describe('What a database may have done', () => {
  it('is never repeated: it would count twice', async () => {
    const lost = new Error('Connection terminated unexpectedly');
    const { action, attempts } = failing(1, lost);
    await expect(repeatRolledBack(action, wasRolledBack)).rejects.toBe(lost);
    expect(attempts()).toBe(1);
  });
});
