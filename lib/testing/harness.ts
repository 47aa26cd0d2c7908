import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { Storage } from '../storage/storage.js';
import { storageDeadline, withDeadline } from '../timers.js';

/** One thing that must hold of what it is given: a memory, or one memory seen from two processes. */
export interface Check<Given> {
  readonly name: string;
  verify(given: Given): Promise<void>;
}

/** One memory, as two processes have it. */
export interface TwoProcesses {
  readonly first: Storage;
  readonly second: Storage;
}

/** Runs a check on what is made for it. Whatever goes wrong ends in an error that explains itself. */
export async function runCheck<Given>(
  { verify }: Check<Given>,
  make: () => Given | Promise<Given>,
): Promise<void> {
  try {
    await verify(await make());
  } catch (thrown) {
    if (thrown instanceof ConformanceError) throw thrown;
    throw new ConformanceError(
      {
        actual: `an error, "${messageOf(thrown)}"`,
        expected: 'an answer',
        impact: 'while the store or the limiter fails, every login fails with it',
      },
      { cause: thrown },
    );
  }
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : inspect(thrown);
}

/** What a check saw, and what it should have seen. Half sentences, without a full stop. */
interface Finding {
  readonly actual: string;
  readonly expected: string;
  /** What this library, or whoever attacks it, would make of it. */
  readonly impact: string;
}

/** A check that failed. A plain Error on purpose: every test runner shows its message as it is. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';

  constructor({ actual, expected, impact }: Finding, options?: ErrorOptions) {
    super(`Seen: ${actual}.\nExpected: ${expected}.\nWhy it matters: ${impact}.`, options);
  }
}

export function assertFinding(holds: boolean, details: Finding): asserts holds {
  if (!holds) throw new ConformanceError(details);
}

/** What a call of the store or the limiter gives, or an error when it takes too long. */
export function withTimeout<T>(call: string, action: () => T): Promise<Awaited<T>> {
  return withDeadline(
    storageDeadline,
    action,
    () => new Error(`${call} did not answer in ${storageDeadline} ms`),
  );
}

// Each check has keys that nobody else has: checks may run at the same time, and on a Redis that is
// in use. Prefixes and keys are as long as the longest of the library's own, and no longer.

/** A key like those that the library makes of a hash. */
export const randomKey = () => randomBytes(32).toString('base64url');

export const randomStoreKey = () => `passport-modica-2fa:test:${randomKey()}`;

export const randomPrefix = () =>
  `passport-modica-2fa:test-${randomBytes(9).toString('base64url')}`;

/** Keys that are one to a backend which ignores case, cuts off the end or knows wildcards. */
export function similarKeys(key: string): readonly string[] {
  return ['a', 'A', 'b', '_', '-'].map((end) => `${key.slice(0, -1)}${end}`);
}

/** Milliseconds by which an expiry may come early: clocks are read in steps. */
export const earlyTolerance = 50;

/** Milliseconds by which an expiry may come late: backends that count in seconds round up. */
export const lateTolerance = 1500;

const pollingInterval = 50;

export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * Looks until something is gone: milliseconds from `since` until that was known, so on a slow
 * machine it is later than it was and never earlier. Undefined when it was there at `until`.
 */
export async function timeUntilGone(
  isThere: () => Promise<boolean>,
  since: number,
  until: number,
): Promise<number | undefined> {
  for (;;) {
    const asked = performance.now() - since;
    if (!(await isThere())) return Math.round(performance.now() - since);
    if (asked >= until) return undefined;
    await pause(pollingInterval);
  }
}
