import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../lib/index.js';
import { Database, failuresOnFakeClock, faultyMemory } from './database.js';

const text = 'store: gives back the very text that it was given';
const counts = 'limiter: counts each consume, those beyond the points too';

const ofMemory = (memory: () => Storage | Promise<Storage>) => failuresOnFakeClock({ memory });

describe('A check that fails', () => {
  it('says what was seen, what was expected and why it matters', async () => {
    const failures = await ofMemory(() =>
      new Database().memory({
        store: (works) => ({ set: (key, _value, ttl) => works.set(key, '7', ttl) }),
      }),
    );
    expect(failures.get('store: has what was written last')?.message).toBe(
      [
        'Seen: \'7\' after "first" and then "second" was written.',
        'Expected: "second".',
        'Why it matters: a challenge goes from "being sent" to "sent"; with an old state no code can match.',
      ].join('\n'),
    );
  });

  it('gives the numbers', async () => {
    const failures = await ofMemory(() =>
      faultyMemory('limiter', 'consume', async () => ({ consumedPoints: 1, msBeforeNext: 1000 })),
    );
    const seen = (name: string) => failures.get(name)?.message.split('\n')[0];
    expect(seen(counts)).toBe(
      'Seen: consumedPoints of 1,1,1,1 in four calls of consume, with 2 points.',
    );
    expect(seen('limiter: allows exactly the points of 50 consumes at once')).toBe(
      'Seen: 50 of 50 consumes at once were allowed, with 5 points.',
    );
    expect(seen('limiter: loses none of 50 consumes at once')).toBe(
      'Seen: 0 were counted of 50 consumes at once.',
    );
  });

  it('does not quote 20 KB', async () => {
    const failures = await ofMemory(() =>
      faultyMemory('store', 'get', async () => 'x'.repeat(20_000)),
    );
    for (const { message } of failures.values()) expect(message.length).toBeLessThan(1000);
  });
});

describe('What fails in a check', () => {
  const refused = new Error('ECONNREFUSED');

  it.each([
    ['store', 'get', text],
    ['store', 'set', text],
    ['store', 'delete', 'store: deletes one entry and no other'],
    ['limiter', 'consume', counts],
    ['limiter', 'penalty', 'limiter: penalty counts beyond the points, and resolves'],
    ['limiter', 'reward', 'limiter: reward takes back, also what was beyond the points'],
    ['limiter', 'block', 'limiter: a block ends when its time is over'],
    ['limiter', 'get', 'limiter: get reads and does not count'],
    ['limiter', 'delete', 'limiter: delete forgets one key and no other'],
  ] as const)('is said, and is the cause: %s.%s', async (half, method, name) => {
    const failures = await ofMemory(() =>
      faultyMemory(half, method, () => Promise.reject(refused)),
    );
    expect(failures.get(name)?.message).toContain('Seen: an error, "ECONNREFUSED".');
    expect(failures.get(name)?.cause).toBe(refused);
  });

  it('is said of a memory that cannot be made, by every check', async () => {
    const failures = await ofMemory(() => Promise.reject(refused));
    expect(new Set([...failures.values()].map(({ cause }) => cause))).toEqual(new Set([refused]));
    expect(failures.size).toBeGreaterThan(25);
  });

  it('is said of what is no Error', async () => {
    const failures = await ofMemory(() =>
      faultyMemory('store', 'get', () => Promise.reject('down')),
    );
    expect(failures.get(text)?.message).toContain(`an error, "'down'"`);
  });

  it('is said of what never answers, after five seconds', async () => {
    const never = () => new Promise(() => undefined);
    const store = await ofMemory(() => faultyMemory('store', 'get', never));
    expect(store.get(text)?.message).toContain('store.get did not answer in 5000 ms');
    const limiter = await ofMemory(() => faultyMemory('limiter', 'consume', never));
    expect(limiter.get(counts)?.message).toContain('limiter.consume did not answer in 5000 ms');
  });
});
