import { AsyncLocalStorage } from 'node:async_hooks';
import { readHandle } from '../../../lib/challenge/handle.js';
import type { Outcome } from '../../../lib/outcome.js';
import type { Verdict } from '../../../lib/providers/provider.js';

export interface User {
  readonly id: number;
  mobile: string;
  /** Every number that was ever this user's. */
  readonly numbers: string[];
}

/** One request of some client, as the model sees it. */
export interface Request {
  readonly kind: 'login' | 'resend' | 'respond';
  /** Who logs in. */
  readonly user: User | undefined;
  readonly node: number;
  readonly startedAt: number;
  /** How many requests had begun before. */
  readonly number: number;
  /** How many had begun when it ended. */
  endedBefore: number | undefined;
  /** What the client posted of an earlier answer. */
  readonly handle: string | undefined;
  /** Everybody's number at the start; it changes only while nothing is under way. */
  readonly mobileOf: ReadonlyMap<number, string>;
  /** True once its node died, so that it is never answered. */
  abandoned: boolean;
  /** What we heard from the provider of the code. */
  verdict: Verdict | undefined;
  outcome: Outcome<User> | undefined;
  error: unknown;
}

/** Which request an operation of the store, the limiter or the provider belongs to. */
export const current = new AsyncLocalStorage<Request>();

/** The request that this operation is done for. */
export function currentRequest(): Request {
  const request = current.getStore();
  if (request === undefined) throw new Error('An operation outside of all requests');
  return request;
}

/** The challenge that a request is about: that of the posted handle, or of the one it was given. */
export function challengeOf({ handle, outcome }: Request): string | undefined {
  return readHandle(handle ?? outcome?.handle)?.challengeId;
}
