import { describe, expect, it, vi } from 'vitest';
import { ExpiredRows } from '../../../../lib/storage/sql/expired-rows.js';
import { timers } from '../../../../lib/timers.js';
import { minute, second, stopTimers } from '../../../fixtures/clock.js';
import { closedGate } from '../../../fixtures/gate.js';

/** Expired rows of which each deletion takes as many as the test says, by default none. */
function someExpiredRows(deleted: (limit: number) => Promise<number> = async () => 0) {
  stopTimers();
  const limits: number[] = [];
  const expired = new ExpiredRows((limit) => {
    limits.push(limit);
    return deleted(limit);
  });
  return { expired, limits };
}

describe('F35: expired rows', () => {
  it('are deleted ten seconds after the first write, and every ten minutes from then on', async () => {
    const { expired, limits } = someExpiredRows();
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second - 1);
    expect(limits).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(limits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(30 * minute);
    expect(limits).toHaveLength(4);
  });

  it('are deleted no more often for more writes, not even for those during a deletion', async () => {
    const deletion = closedGate();
    const { expired, limits } = someExpiredRows(async () => {
      await deletion.opened;
      return 0;
    });
    for (let write = 0; write < 5; write += 1) expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second);
    expired.schedule();
    await vi.advanceTimersByTimeAsync(20 * second);
    expect(limits).toHaveLength(1);
    deletion.open();
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(limits).toHaveLength(2);
  });

  it('are deleted 500 at a time, until there are no more', async () => {
    let rows = 1234;
    const { expired, limits } = someExpiredRows(async (limit) => {
      const some = Math.min(limit, rows);
      rows -= some;
      return some;
    });
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(limits).toEqual([500, 500, 500]);
    expect(rows).toBe(0);
  });

  it('are left alone after an error, which rejects nowhere, until the next write', async () => {
    let isDown = true;
    const { expired, limits } = someExpiredRows(async () => {
      if (isDown) throw new Error('Cannot use a pool after calling end on the pool');
      return 0;
    });
    expired.schedule();
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(limits).toHaveLength(1);
    isDown = false;
    expired.schedule();
    await vi.advanceTimersByTimeAsync(10 * second);
    expect(limits).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(limits).toHaveLength(3);
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
