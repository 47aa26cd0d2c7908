import { createHook } from 'node:async_hooks';
import { scryptSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../../lib/errors.js';
import { findHash, hashCode } from '../../../lib/recovery-codes/stored-hash.js';

const code = '3T0K11WM7C2XV0HB';
const salt = 'A'.repeat(22);
const hash = 'B'.repeat(43);

// Not in beforeAll: if that fails, the tests are skipped, and Stryker takes them for passed.
let made: Promise<string> | undefined;
const storedHash = () => {
  made ??= hashCode(code);
  return made;
};

/** How many hashes Node's thread pool gets to compute until the test ends, and how many of them at once. */
function watchHashes() {
  const hashes = { started: 0, mostAtOnce: 0 };
  const running = new Set<number>();
  const hook = createHook({
    init: (id, type) => {
      if (type !== 'SCRYPTREQUEST') return;
      running.add(id);
      hashes.started += 1;
      hashes.mostAtOnce = Math.max(hashes.mostAtOnce, running.size);
    },
    before: (id) => void running.delete(id),
  }).enable();
  onTestFinished(() => {
    hook.disable();
  });
  return hashes;
}

describe('The stored hash of a recovery code', () => {
  it('is found among those of the other codes', async () => {
    const stored = await storedHash();
    const others = await Promise.all(['1AAAAAAAAAAAAAAA', '2BBBBBBBBBBBBBBB'].map(hashCode));
    expect(await findHash(code, [...others, stored])).toBe(stored);
  });

  it('is found in either of two sets that an app has mixed up', async () => {
    const stored = await storedHash();
    const older = await hashCode('3AAAAAAAAAAAAAAA');
    expect(await findHash(code, [older, stored])).toBe(stored);
    expect(await findHash('3AAAAAAAAAAAAAAA', [older, stored])).toBe(older);
  });

  it('differs each time, because each has a salt of its own', async () => {
    const again = await hashCode(code);
    expect(again).not.toBe(await storedHash());
    expect(await findHash(code, [again])).toBe(again);
  });

  it('is not found if the user has none', async () => {
    expect(await findHash(code, [])).toBeUndefined();
  });

  it('is not found once it is no longer among the records', async () => {
    expect(await findHash(code, [await hashCode('4T0K11WM7C2XV0HB')])).toBeUndefined();
  });

  it('is not found for a code with the same number only', async () => {
    expect(await findHash('3T0K11WM7C2XV0HC', [await storedHash()])).toBeUndefined();
  });

  it('takes one hash to look for, whether or not it is there', async () => {
    const hashes = watchHashes();
    const [stored, other] = [await storedHash(), await hashCode('4T0K11WM7C2XV0HB')];
    for (const records of [[stored, other], [other], []]) {
      hashes.started = 0;
      await findHash(code, records);
      expect(hashes.started).toBe(1);
    }
  });

  it('occupies one thread, however many sets an app has mixed up', async () => {
    const stored = await storedHash();
    const sets = Array.from({ length: 5 }, () => `3$scrypt$ln=14,r=8,p=1$${salt}$${hash}`);
    const hashes = watchHashes();
    expect(await findHash(code, [...sets, stored])).toBe(stored);
    expect(hashes).toMatchObject({ started: 6, mostAtOnce: 1 });
  });

  it.each([14, 15, 17])('is found with the cost 2^%i, as any scrypt computes it', async (cost) => {
    const options = { N: 2 ** cost, r: 8, p: 1, maxmem: 2 ** 28 };
    const derived = scryptSync(code, Buffer.from(salt, 'base64'), 32, options);
    const encoded = derived.toString('base64').replace('=', '');
    const record = `3$scrypt$ln=${cost},r=8,p=1$${salt}$${encoded}`;
    const another = `3$scrypt$ln=${cost},r=8,p=1$${salt}$${hash}`;
    expect(await findHash(code, [another, record])).toBe(record);
  });

  it.each<[string, string | ((stored: string) => string)]>([
    ['of another function', `3$argon2id$ln=14,r=8,p=1$${salt}$${hash}`],
    ['without a number', `$scrypt$ln=14,r=8,p=1$${salt}$${hash}`],
    ['that a column has cut off', (stored) => stored.slice(0, 64)],
    ['with something before it', (stored) => `1${stored}`],
    ['with something behind it', (stored) => `${stored}\n`],
    ['with a cost that would stop the process', `3$scrypt$ln=30,r=8,p=1$${salt}$${hash}`],
    ['with a block size that would', `3$scrypt$ln=14,r=8000000,p=1$${salt}$${hash}`],
    ['with too low a cost', `3$scrypt$ln=13,r=8,p=1$${salt}$${hash}`],
    ['without a salt', `3$scrypt$ln=14,r=8,p=1$$${hash}`],
    ['that is the code itself', code],
    ['that is empty', ''],
  ])('is an error %s, even beside the right one', async (_what, unreadable) => {
    const stored = await storedHash();
    const record = typeof unreadable === 'string' ? unreadable : unreadable(stored);
    const failure = await findHash(code, [stored, record]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({
      code: 'store_record_unreadable',
      hint: expect.stringContaining('"recoveryCodes.hashes"'),
    });
    expect(String(failure)).not.toContain(code);
    if (record !== '') expect(String(failure)).not.toContain(record);
  });

  it('is an error where an app has never deleted a set, before anything is hashed', async () => {
    const stored = await storedHash();
    const records = Array.from({ length: 25 }, () => stored);
    expect(await findHash(code, records)).toBe(stored);
    await expect(findHash(code, [...records, stored])).rejects.toMatchObject({
      code: 'store_record_unreadable',
      hint: expect.stringContaining('Delete the hashes of the earlier set'),
    });
  });
});
