// Runs a check, and provides checks with findings, random keys and expiry tolerances.

import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { keyPrefix } from '../limits/keys.js';
import type { Storage } from '../storage/storage.js';
import { storageDeadline, withDeadline } from '../timers.js';

/** One property of a store and a limiter, or of a pair that two processes share. */
export interface ConformanceCheck<Subject> {
  readonly name: string;
  verify(subject: Subject): Promise<void>;
}

/** A storage, and the keys that a check has written to it. */
export interface TestedStorage extends Storage {
  readonly written: WrittenKeys;
}

/** The same storage, over the connections of two processes. */
export interface TwoProcesses {
  readonly first: TestedStorage;
  readonly second: TestedStorage;
}

/** Deletes what a check wrote, as far as deletion works. */
export class WrittenKeys {
  readonly #parts: { readonly keys: Set<string>; readonly remove: (key: string) => unknown }[] = [];

  /** Returns a set for the keys that are written to one store or limiter. */
  of(remove: (key: string) => unknown): Set<string> {
    const keys = new Set<string>();
    this.#parts.push({ keys, remove });
    return keys;
  }

  async delete(): Promise<void> {
    const deletions = this.#parts.flatMap(({ keys, remove }) =>
      [...keys].map((key) => withTimeout('delete', () => remove(key))),
    );
    await Promise.allSettled(deletions);
  }
}

/** Runs a check on a new subject. Any failure becomes a {@link ConformanceError}. */
export async function runCheck<Subject>(
  { verify }: ConformanceCheck<Subject>,
  create: (written: WrittenKeys) => Promise<Subject>,
): Promise<void> {
  const written = new WrittenKeys();
  try {
    await verify(await create(written));
  } catch (thrown) {
    if (thrown instanceof ConformanceError) throw thrown;
    throw new ConformanceError(
      {
        actual: `an error, "${messageOf(thrown)}"`,
        expected: 'a result',
        impact: 'while the store or the limiter fails, every login fails',
      },
      { cause: thrown },
    );
  } finally {
    await written.delete();
  }
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : inspect(thrown);
}

/** Phrases without a full stop. */
export interface Finding {
  readonly actual: string;
  readonly expected: string;
  /** The consequence for logins. */
  readonly impact: string;
}

/** A failed check. Not an assertion error: every test runner prints the message of a plain Error as it is. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';

  constructor({ actual, expected, impact }: Finding, options?: ErrorOptions) {
    super(`Actual: ${actual}.\nExpected: ${expected}.\nWhy it matters: ${impact}.`, options);
  }
}

export function assertHolds(holds: boolean, finding: Finding): asserts holds {
  if (!holds) throw new ConformanceError(finding);
}

/** Rejects if a call to the store or the limiter takes longer than the library would wait. */
export async function withTimeout<T>(call: string, action: () => T): Promise<Awaited<T>> {
  return await withDeadline(
    storageDeadline,
    action,
    () => new Error(`${call} did not answer within ${storageDeadline} ms`),
  );
}

// Keys are random: checks may run in parallel, and on a Redis that is in use. They are as long as the
// longest keys of the library.

/** A key in the format of the library's hashes. */
export const randomKey = () => randomBytes(32).toString('base64url');

export const randomStoreKey = () => `${keyPrefix}test:${randomKey()}`;

export const randomPrefix = () => `${keyPrefix}test-${randomBytes(9).toString('base64url')}`;

/** Distinct keys that collide if a database ignores case, truncates keys or expands wildcards. */
export function similarKeys(key: string): readonly string[] {
  return ['a', 'A', 'b', '_', '-'].map((end) => `${key.slice(0, -1)}${end}`);
}

/** Milliseconds that an expiry may be early, because clocks tick. */
export const earlyTolerance = 50;

/** Milliseconds that an expiry may be late: databases that count in seconds round up. */
export const lateTolerance = 1500;

/** What to expect of {@link similarKeys}. */
export const distinctKeys =
  "case-sensitive, which in SQL is a matter of the key column's collation (MySQL: ascii_bin), not truncated, without wildcards";

const pollingInterval = 50;

export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * Polls until something is gone, and returns the milliseconds from `since` until that was known: on a
 * slow machine later than it happened, never earlier. Returns undefined if it still exists at `until`.
 */
export async function timeUntilGone(
  exists: () => Promise<boolean>,
  since: number,
  until: number,
): Promise<number | undefined> {
  for (;;) {
    const elapsed = performance.now() - since;
    if (!(await exists())) return Math.round(performance.now() - since);
    if (elapsed >= until) return undefined;
    await pause(pollingInterval);
  }
}
