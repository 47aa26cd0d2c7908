import { describe, expect, it, vi } from 'vitest';
import { ExpiredRows } from '../../../../lib/storage/sql/expired-rows.js';
import { timers } from '../../../../lib/timers.js';
import { minute, second, stopTimers } from '../../../fixtures/clock.js';
import { closedGate } from '../../../fixtures/gate.js';

/** Expired rows of which a batch leaves some if the test says so, and the number of batches. */
function someExpiredRows(deleteBatch: () => Promise<boolean> = async () => false) {
  stopTimers();
  const deletion = vi.fn(deleteBatch);
  const expired = new ExpiredRows(deletion);
  return { expired, deletions: () => deletion.mock.calls.length };
}

describe('F35: expired rows', () => {
  it('are deleted ten seconds after the first write, and every ten minutes from then on', async () => {
    const { expired, deletions } = someExpiredRows();
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second - 1);
    expect(deletions()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(deletions()).toBe(1);
    await vi.advanceTimersByTimeAsync(30 * minute);
    expect(deletions()).toBe(4);
  });

  it('are deleted no more often for more writes, not even for those during a deletion', async () => {
    const deletion = closedGate();
    const { expired, deletions } = someExpiredRows(async () => {
      await deletion.opened;
      return false;
    });
    for (let write = 0; write < 5; write += 1) expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second);
    expired.schedule();
    await vi.advanceTimersByTimeAsync(20 * second);
    expect(deletions()).toBe(1);
    deletion.open();
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(deletions()).toBe(2);
  });

  it('are deleted in batches, 20 ms apart, until none is left', async () => {
    let batches = 3;
    const { expired, deletions } = someExpiredRows(async () => {
      batches -= 1;
      return batches > 0;
    });
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(deletions()).toBe(1);
    await vi.advanceTimersByTimeAsync(19);
    expect(deletions()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(deletions()).toBe(2);
    await vi.advanceTimersByTimeAsync(minute);
    expect(deletions()).toBe(3);
  });

  it('are left alone after an error between two batches, until the next write', async () => {
    const answers = [true, new Error('Connection terminated'), true, false];
    const { expired, deletions } = someExpiredRows(async () => {
      const answer = answers.shift() ?? false;
      if (answer instanceof Error) throw answer;
      return answer;
    });
    expired.schedule();
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(deletions()).toBe(2);
    expired.schedule();
    await vi.advanceTimersByTimeAsync(minute);
    expect(deletions()).toBe(4);
  });

  it('are left alone after an error, which rejects nowhere, until the next write', async () => {
    let isDown = true;
    const { expired, deletions } = someExpiredRows(async () => {
      if (isDown) throw new Error('Cannot use a pool after calling end on the pool');
      return false;
    });
    expired.schedule();
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(deletions()).toBe(1);
    isDown = false;
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(deletions()).toBe(2);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(deletions()).toBe(3);
  });

  it('keep no process alive', async () => {
    const { expired } = someExpiredRows();
    const timeouts: NodeJS.Timeout[] = [];
    const { setTimeout: start } = timers;
    const recording = (...[callback, delay]: [() => void, number?]) => {
      const timeout = start(callback, delay);
      timeouts.push(timeout);
      return timeout;
    };
    Object.assign(timers, { setTimeout: recording });
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(timeouts.map((timeout) => timeout.hasRef())).toEqual([false, false]);
  });
});
