import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryStore } from '../../../lib/storage/in-memory.js';
import { timers } from '../../../lib/timers.js';
import { hour, minute, stopClock } from '../../fixtures/clock.js';

/** Stops the steady clock by which the store forgets, at a time that it is told. */
function stopSteadyClock() {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
  onTestFinished(() => clock.mockRestore());
  return { set: (time: number) => clock.mockReturnValue(time) };
}

/** Stops the timers of the library, which an app's fake ones do not reach. */
function stopTimers() {
  const real = { ...timers };
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
  Object.assign(timers, { setTimeout, setImmediate });
  onTestFinished(() => {
    Object.assign(timers, real);
    vi.useRealTimers();
  });
}

describe('The in-memory store', () => {
  it('returns what was set until it is deleted', () => {
    const store = new MemoryStore();
    store.set('key', 'value', 1000);
    expect(store.get('key')).toBe('value');
    store.delete('key');
    expect(store.get('key')).toBeUndefined();
  });

  it('keeps the last value', () => {
    const store = new MemoryStore();
    store.set('key', 'one', 1000);
    store.set('key', 'two', 1000);
    expect(store.get('key')).toBe('two');
  });

  it('drops an entry when it expires', () => {
    const clock = stopSteadyClock();
    const store = new MemoryStore();
    store.set('short', 'value', 1000);
    store.set('long', 'value', 2000);
    clock.set(2001);
    expect(store.get('short')).toBeUndefined();
    expect(store.get('long')).toBe('value');
  });

  it('F8: ignores jumps of the wall clock', () => {
    const clock = stopClock();
    const store = new MemoryStore();
    store.set('key', 'value', minute);
    clock.advance(-hour);
    expect(store.get('key')).toBe('value');
    clock.advance(2 * hour);
    expect(store.get('key')).toBe('value');
  });

  it('evicts the oldest entry of a kind beyond 100,000', () => {
    const store = new MemoryStore();
    for (let entry = 0; entry <= 100_000; entry += 1) store.set(`key ${entry}`, 'value', 60_000);
    expect(store.get('key 0')).toBeUndefined();
    expect(store.get('key 1')).toBe('value');
  });

  it('evicts a rewritten entry last', () => {
    const store = new MemoryStore();
    store.set('first', 'old', 60_000);
    for (let entry = 1; entry < 100_000; entry += 1) store.set(`key ${entry}`, 'value', 60_000);
    store.set('first', 'new', 60_000);
    store.set('one more', 'value', 60_000);
    expect(store.get('first')).toBe('new');
    expect(store.get('key 1')).toBeUndefined();
  });

  it.each([
    [
      ['challenge', 'first-factor', 'live', 'receipt'],
      ['device', 'device-mark', 'device-epoch'],
    ],
    [
      ['device', 'device-mark', 'device-epoch'],
      ['challenge', 'first-factor', 'live', 'receipt'],
    ],
    [['first-factor'], ['challenge', 'live']],
  ])('A38: evicts for 300,000 records of the kinds %j none of %j', (flood, others) => {
    const store = new MemoryStore();
    const keyOf = (kind: string, entry: number) => `passport-modica-2fa:${kind}:${entry}`;
    for (const kind of others) store.set(keyOf(kind, 0), kind, hour);
    for (const kind of flood) {
      const count = Math.max(300_000 / flood.length, 100_001);
      for (let entry = 0; entry < count; entry += 1) store.set(keyOf(kind, entry), '', minute);
    }
    for (const kind of others) expect(store.get(keyOf(kind, 0))).toBe(kind);
    for (const kind of flood) expect(store.get(keyOf(kind, 0))).toBeUndefined();
  });

  it('F35: deletes expired entries every ten minutes, 5,000 at a time, until none is left', () => {
    const clock = stopSteadyClock();
    stopTimers();
    const store = new MemoryStore();
    // An entry that is still there reads as one when the clock is set back.
    const held = (key: string) => {
      clock.set(1000);
      const found = store.get(key) !== undefined;
      clock.set(1000 + 2 * minute);
      return found;
    };
    for (let entry = 0; entry < 6_000; entry += 1) store.set(`key ${entry}`, 'value', minute);
    store.set('kept', 'value', hour);
    clock.set(1000 + 2 * minute);
    vi.advanceTimersByTime(10 * minute - 1);
    expect(held('key 0')).toBe(true);
    vi.advanceTimersToNextTimer();
    expect([held('key 4999'), held('key 5999')]).toEqual([false, true]);
    vi.advanceTimersToNextTimer();
    expect([held('key 5999'), held('kept')]).toEqual([false, true]);
    vi.advanceTimersToNextTimer();
    expect(vi.getTimerCount()).toBe(1);
    clock.set(1000 + 2 * hour);
    vi.advanceTimersByTime(10 * minute + 1);
    expect([held('kept'), vi.getTimerCount()]).toEqual([false, 0]);
    store.set('another', 'value', minute);
    store.set('a third', 'value', minute);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('F35: goes on deleting while entries of any kind are left', () => {
    const clock = stopSteadyClock();
    stopTimers();
    const store = new MemoryStore();
    store.set('app:challenge:1', 'value', minute);
    store.set('app:device:1', 'value', hour);
    clock.set(1000 + 2 * minute);
    vi.advanceTimersByTime(10 * minute + 1);
    expect(vi.getTimerCount()).toBe(1);
    clock.set(1000 + 2 * hour);
    vi.advanceTimersByTime(10 * minute + 1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shares nothing with another', () => {
    const store = new MemoryStore();
    store.set('key', 'value', 1000);
    expect(new MemoryStore().get('key')).toBeUndefined();
  });
});
