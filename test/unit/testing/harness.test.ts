import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../lib/index.js';
import { alone, Database, failuresOnFakeClock, faultyStorage } from './database.js';

const exactString = 'store: returns exactly the string that was set';
const counts = 'limiter: consume counts every call, also beyond the points';

const ofStorage = (storage: () => Storage | Promise<Storage>) =>
  failuresOnFakeClock({ storage, ...alone });

describe('A check that fails', () => {
  it('states what happened, what was expected and why it matters', async () => {
    const failures = await ofStorage(() =>
      new Database().storage({
        store: (working) => ({ set: (key, _value, ttl) => working.set(key, '7', ttl) }),
      }),
    );
    expect(failures.get('store: returns the latest value')?.message).toBe(
      [
        'Actual: get returned \'7\' after "first" and then "second" was set.',
        'Expected: "second".',
        'Why it matters: a challenge changes from "sending" to "sent"; in the old state it accepts no code.',
      ].join('\n'),
    );
  });

  it('includes the numbers', async () => {
    const failures = await ofStorage(() =>
      faultyStorage('limiter', 'consume', async () => ({ consumedPoints: 1, msBeforeNext: 1000 })),
    );
    const actual = (name: string) => failures.get(name)?.message.split('\n')[0];
    expect(actual(counts)).toBe(
      'Actual: four calls of consume returned consumedPoints 1,1,1,1, with 2 points.',
    );
    expect(actual('limiter: allows exactly its points of 50 parallel consumes')).toBe(
      'Actual: 50 of 50 parallel consumes were allowed, with 5 points.',
    );
    expect(actual('limiter: counts each of 50 parallel consumes')).toBe(
      'Actual: 0 of 50 parallel consumes were counted, with a duration of 60 seconds.',
    );
  });

  it('does not quote a value of 20 KB', async () => {
    const failures = await ofStorage(() =>
      faultyStorage('store', 'get', async () => 'x'.repeat(20_000)),
    );
    for (const { message } of failures.values()) expect(message.length).toBeLessThan(1000);
  });
});

const refused = new Error('ECONNREFUSED');

describe('An error in a check', () => {
  it.each([
    ['store', 'get', exactString],
    ['store', 'set', exactString],
    ['store', 'delete', 'store: delete removes one entry only'],
    ['limiter', 'consume', counts],
    ['limiter', 'penalty', 'limiter: penalty counts beyond the points, and resolves'],
    ['limiter', 'reward', 'limiter: reward gives points back, also those beyond the limit'],
    ['limiter', 'block', 'limiter: a block ends after its seconds'],
    ['limiter', 'get', 'limiter: get returns the count without changing it'],
    ['limiter', 'delete', 'limiter: delete removes one key only'],
  ] as const)(
    'becomes the message and the cause of the failure: %s.%s',
    async (half, method, name) => {
      const failures = await ofStorage(() =>
        faultyStorage(half, method, () => Promise.reject(refused)),
      );
      expect(failures.get(name)?.message).toContain('Actual: an error, "ECONNREFUSED".');
      expect(failures.get(name)?.cause).toBe(refused);
    },
  );

  it('fails every check if the storage cannot be created', async () => {
    const failures = await ofStorage(() => Promise.reject(refused));
    expect(new Set([...failures.values()].map(({ cause }) => cause))).toEqual(new Set([refused]));
    expect(failures.size).toBeGreaterThan(25);
  });

  it('is reported also if it is not an Error', async () => {
    const failures = await ofStorage(() =>
      faultyStorage('store', 'get', () => Promise.reject('down')),
    );
    expect(failures.get(exactString)?.message).toContain(`an error, "'down'"`);
  });

  it('is reported after five seconds if a call never settles', async () => {
    const never = () => new Promise(() => undefined);
    const store = await ofStorage(() => faultyStorage('store', 'get', never));
    expect(store.get(exactString)?.message).toContain('store.get did not answer within 5000 ms');
    const limiter = await ofStorage(() => faultyStorage('limiter', 'consume', never));
    expect(limiter.get(counts)?.message).toContain('limiter.consume did not answer within 5000 ms');
  });
});

describe('Of what the checks write', () => {
  const leftIn = async (overrides: Parameters<Database['storage']>[0]) => {
    const [database, another] = [new Database(), new Database()];
    const failures = await failuresOnFakeClock({
      storage: () => database.storage(overrides),
      anotherStorage: () => another.storage(overrides),
      failingStorage: () => database.storage(overrides),
    });
    return { left: [...database.keys, ...another.keys], failed: failures.size };
  };

  it('nothing is left where they pass or fail', async () => {
    const { left, failed } = await leftIn({});
    expect(failed).toBeGreaterThan(10);
    expect(left).toEqual([]);
  });

  it('nothing is left where they end with an error', async () => {
    const { left, failed } = await leftIn({
      store: () => ({ get: () => Promise.reject(refused) }),
      limiter: () => ({ get: () => Promise.reject(refused) }),
    });
    expect(failed).toBeGreaterThan(20);
    expect(left).toEqual([]);
  });

  it('everything is left, and no check fails for it, where deletion fails', async () => {
    const { left } = await leftIn({
      store: () => ({ delete: () => Promise.reject(refused) }),
      limiter: () => ({ delete: () => Promise.reject(refused) }),
    });
    expect(left.length).toBeGreaterThan(20);
  });
});
