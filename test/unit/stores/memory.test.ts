import { LRUCache } from 'lru-cache';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryStore } from '../../../lib/stores/memory.js';
import { hour, minute, stopClock } from '../../fixtures/clock.js';

/** Stops the steady clock by which the store forgets, at a time that it is told. */
function stopSteadyClock() {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
  onTestFinished(() => clock.mockRestore());
  return { set: (time: number) => clock.mockReturnValue(time) };
}

describe('The store in memory', () => {
  it('gives back what was set, until it is deleted', () => {
    const store = new MemoryStore();
    store.set('key', 'value', 1000);
    expect(store.get('key')).toBe('value');
    store.delete('key');
    expect(store.get('key')).toBeUndefined();
  });

  it('keeps what was written last', () => {
    const store = new MemoryStore();
    store.set('key', 'one', 1000);
    store.set('key', 'two', 1000);
    expect(store.get('key')).toBe('two');
  });

  it('forgets an entry when its time is over', () => {
    const clock = stopSteadyClock();
    const store = new MemoryStore();
    store.set('short', 'value', 1000);
    store.set('long', 'value', 2000);
    clock.set(2001);
    expect(store.get('short')).toBeUndefined();
    expect(store.get('long')).toBe('value');
  });

  it('F8: is not moved by a wall clock that jumps', () => {
    const clock = stopClock();
    const store = new MemoryStore();
    store.set('key', 'value', minute);
    clock.advance(-hour);
    expect(store.get('key')).toBe('value');
    clock.advance(2 * hour);
    expect(store.get('key')).toBe('value');
  });

  it('is bounded: past 300,000 entries the oldest are dropped', () => {
    const store = new MemoryStore();
    for (let entry = 0; entry <= 300_000; entry += 1) store.set(`key ${entry}`, 'value', 60_000);
    expect(store.get('key 0')).toBeUndefined();
    expect(store.get('key 1')).toBe('value');
  });

  it('lets go of what has expired every ten minutes, though nobody asks for it', () => {
    const purged = vi.spyOn(LRUCache.prototype, 'purgeStale');
    onTestFinished(() => purged.mockRestore());
    const clock = stopSteadyClock();
    const store = new MemoryStore();
    store.set('forgotten', 'value', minute);
    clock.set(1000 + 10 * minute);
    store.set('another', 'value', minute);
    expect(purged).not.toHaveBeenCalled();
    clock.set(1001 + 10 * minute);
    store.set('a third', 'value', minute);
    store.set('a fourth', 'value', minute);
    expect(purged).toHaveBeenCalledOnce();
    expect(purged).toHaveReturnedWith(true);
  });

  it('is one of its own each time', () => {
    const store = new MemoryStore();
    store.set('key', 'value', 1000);
    expect(new MemoryStore().get('key')).toBeUndefined();
  });
});
