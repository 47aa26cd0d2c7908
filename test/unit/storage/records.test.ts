import { inspect } from 'node:util';
import Keyv from 'keyv';
import { describe, expect, it, vi } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import type { PendingChallenges } from '../../../lib/storage/challenges.js';
import { MemoryStore } from '../../../lib/storage/in-memory.js';
import { Records, stringSchema } from '../../../lib/storage/records.js';
import type { Store } from '../../../lib/storage/storage.js';
import { challengesIn, firstFactorOf, someChallenge } from '../../fixtures/challenges.js';
import { stopTimers } from '../../fixtures/clock.js';
import { thrownBy } from '../../fixtures/thrown.js';

const challenge = someChallenge();
const firstFactor = firstFactorOf(challenge);
const handle = { challengeId: challenge.id, firstFactorId: firstFactor.id };

const calls: readonly [string, (pending: PendingChallenges) => Promise<unknown>][] = [
  ['byHandle', (pending) => pending.byHandle(handle)],
  ['liveFor', (pending) => pending.liveFor(challenge)],
  ['byId', (pending) => pending.byId(challenge.id)],
  ['add', (pending) => pending.add(challenge, firstFactor)],
  ['attach', (pending) => pending.addFirstFactor(firstFactor)],
  ['update', (pending) => pending.update(challenge)],
  ['makeLive', (pending) => pending.makeLive(challenge)],
  ['close', (pending) => pending.close(challenge)],
  ['remove', (pending) => pending.remove(challenge, firstFactor)],
];

const down = new Error('ECONNREFUSED');

function throwing(): Store {
  const fail = () => {
    throw down;
  };
  return { get: fail, set: fail, delete: fail };
}

function rejecting(): Store {
  const fail = () => Promise.reject(down);
  return { get: fail, set: fail, delete: fail };
}

/** Redis behind Keyv, as it looks when it is down. */
function keyvThatIsDown(options: { readonly throwOnErrors: boolean }): Store {
  const fail = () => Promise.reject(down);
  const store = { opts: {}, on: () => store, get: fail, set: fail, delete: fail, clear: fail };
  return new Keyv({ store, ...options });
}

describe.each([
  ['throws', throwing],
  ['rejects', rejecting],
  ['is a Keyv that throws', () => keyvThatIsDown({ throwOnErrors: true })],
])('F6: a store that %s', (_how, makeStore) => {
  it.each(calls)('is an error with its cause, never a missing record: %s', async (_name, call) => {
    const error = await thrownBy(StoreError, () => call(challengesIn(makeStore())));
    expect(error.code).toBe('store_failed');
    expect(error.cause).toMatchObject({ message: down.message });
  });
});

describe('F6: a store that never answers', () => {
  it.each(calls)('is an error after five seconds: %s', async (_name, call) => {
    stopTimers();
    const never = () => new Promise(() => undefined);
    const failed = thrownBy(StoreError, () =>
      call(challengesIn({ get: never, set: never, delete: never })),
    );
    await vi.advanceTimersByTimeAsync(5000);
    expect(await failed).toMatchObject({
      code: 'store_failed',
      cause: { message: 'The store did not answer' },
    });
  });
});

describe('F6: a Keyv with its defaults, which resolves with false instead of throwing,', () => {
  it('is an error if it could not write', async () => {
    const pending = challengesIn(keyvThatIsDown({ throwOnErrors: false }));
    await expect(pending.update(challenge)).rejects.toThrow(StoreError);
  });
});

describe('A record that the store returns', () => {
  const records: readonly [string, unknown][] = [
    ['no JSON', '+64211234567 is not JSON'],
    ['another shape', JSON.stringify({ ...challenge, destination: ['+64211234567'] })],
    ['null', 'null'],
    ['a list', '[]'],
    ['an object that was not written down', { ...challenge }],
    ['bytes', Buffer.from(JSON.stringify(challenge))],
    ['zero', 0],
    ['false', false],
    ['an empty text', ''],
  ];

  it.each(records)('is an error if this version cannot read it: %s', async (_what, record) => {
    const store = Object.assign(new MemoryStore(), { get: () => record });
    const pending = challengesIn(store);
    const error = await thrownBy(StoreError, () => pending.byHandle(handle));
    expect(error.code).toBe('store_record_unreadable');
    expect(error.hint).toContain('passport-modica-2fa:');
  });

  it.each(records)('A18: is not quoted in the error: %s', async (_what, record) => {
    const store = Object.assign(new MemoryStore(), { get: () => record });
    const pending = challengesIn(store);
    const error = await thrownBy(StoreError, () => pending.byHandle(handle));
    expect(error).not.toHaveProperty('cause');
    expect(error.message).not.toContain('64211234567');
  });

  it('is an error too if it is the reference of a subject', async () => {
    const store = Object.assign(new MemoryStore(), { get: () => '{"$ne":null}' });
    const error = await thrownBy(StoreError, () => challengesIn(store).liveFor(challenge));
    expect(error.code).toBe('store_record_unreadable');
  });

  it('A14: cannot change a prototype', async () => {
    const text = JSON.stringify(challenge).replace('{', '{"__proto__":{"verified":true},');
    const store = Object.assign(new MemoryStore(), {
      get: (key: string) => (key.includes('challenge') ? text : JSON.stringify(firstFactor)),
    });
    const found = await challengesIn(store).byHandle(handle);
    expect(found.challenge).toEqual(challenge);
    expect(Reflect.get(Object(found.challenge), 'verified')).toBeUndefined();
    expect(Reflect.get({}, 'verified')).toBeUndefined();
  });

  it('A18: is reported with the name, code and message of the client’s error only', async () => {
    const command = { name: 'set', args: ['key', '+64211234567'] };
    const failing = Object.assign(new Error('OOM'), { name: 'ReplyError', code: 'OOM', command });
    const store = Object.assign(new MemoryStore(), { set: () => Promise.reject(failing) });
    const error = await thrownBy(StoreError, () => challengesIn(store).update(challenge));
    expect(error.cause).toMatchObject({ name: 'ReplyError', message: 'OOM', code: 'OOM' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('64211234567');
  });
});

describe('What a store gets', () => {
  it('is ASCII, so that a database in any encoding can store it, and is read as it was', async () => {
    const written: string[] = [];
    const store = Object.assign(new MemoryStore(), {
      set: (_key: string, value: string) => void written.push(value),
      get: () => written.at(-1),
    });
    const records = new Records(store);
    for (const text of [
      'Te Kahui Ā',
      'Zoë',
      '李',
      '🙂',
      '\uD83D',
      '\u2028',
      '\0',
      '\u0080',
      '~\x7f',
    ]) {
      await records.write('key', text, 1000);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has some.
      expect(written.at(-1)).toMatch(/^[\x00-\x7f]+$/);
      expect(await records.read('key', stringSchema)).toBe(text);
    }
  });

  it('is strings, under keys with our prefix that reveal neither user nor number', async () => {
    const entries = new Map<string, unknown>();
    const store: Store = {
      get: (key) => entries.get(key),
      set: (key, value) => entries.set(key, value),
      delete: (key) => entries.delete(key),
    };
    const pending = challengesIn(store);
    await pending.add(challenge, firstFactor);
    await pending.makeLive(challenge);
    await pending.close(challenge);
    expect([...entries.values()].every((value) => typeof value === 'string')).toBe(true);
    expect([...entries.keys()]).toHaveLength(4);
    for (const key of entries.keys()) {
      expect(key).toMatch(/^passport-modica-2fa:(challenge|first-factor|live|closed):[\w-]+$/);
    }
  });
});
