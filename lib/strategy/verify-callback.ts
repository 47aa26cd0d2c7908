import type { Request } from 'express';
import type { IdOf, UserId } from '../challenge/challenge.js';
import { asError, VerifyError } from '../errors.js';
import type { LoadUser, Verification } from '../flow/flow-context.js';
import { isPromiseInVain, isThenable, timers } from '../timers.js';
import { isUser } from './session.js';

/** Passport's `done`: an error, or a user, or `false` with an info that says why there is none. */
export type VerifyDone<TUser> = (
  error: unknown,
  user?: TUser | false | null,
  info?: unknown,
) => void;

/** A user, or nothing where the account cannot be used. */
export type VerifyResult<TUser> = Promise<TUser | false | null | undefined>;

// biome-ignore lint/suspicious/noConfusingVoidType: what a callback that only calls `done` returns
type VerifyReturn<TUser> = VerifyResult<TUser> | undefined | void;

/**
 * Loads the user of a verified challenge: return a promise, or call `done`. What settles first
 * counts. Throw, reject or `done(error)` for what broke; give no user for an account that may not
 * log in any more. By then the challenge is used up: whatever fails here costs a new start.
 */
export type VerifyFunction<TUser, TId extends UserId = IdOf<TUser>> = (
  verification: Verification<TId>,
  done: VerifyDone<TUser>,
) => VerifyReturn<TUser>;

/** The same with `passReqToCallback: true`. */
export type VerifyFunctionWithRequest<TUser, TId extends UserId = IdOf<TUser>> = (
  request: Request,
  verification: Verification<TId>,
  done: VerifyDone<TUser>,
) => VerifyReturn<TUser>;

export type AnyVerifyFunction<TUser, TId extends UserId> =
  | VerifyFunction<TUser, TId>
  | VerifyFunctionWithRequest<TUser, TId>;

/**
 * One settlement out of `done`, a promise, a throw and a deadline. How many parameters the callback
 * takes says nothing: Nest's takes any number, calls `done` and returns a promise of undefined.
 */
export function settleVerify<TUser>(
  call: (done: VerifyDone<TUser>) => unknown,
  timeout: number,
): ReturnType<LoadUser<TUser>> {
  return new Promise((resolve, reject) => {
    const overdue = timers.setTimeout(() => {
      reject(
        new VerifyError('verify_timed_out', {
          problem: `The verify callback did not settle within ${timeout} ms.`,
          hint: 'Return a promise of the user, or call done; raise "verifyTimeout" if it really takes longer.',
        }),
      );
    }, timeout);
    const done: VerifyDone<TUser> = (error, user, info) => {
      timers.clearTimeout(overdue);
      if (isPromiseInVain(error) || isPromiseInVain(user)) reject(gavePromise());
      else if (error) reject(asError(error));
      else if (user && !isUser<TUser>(user)) reject(noObject());
      else resolve({ user: user || undefined, info });
    };
    // A rejection with nothing is still a failure, unlike `done(undefined)`.
    const failed = (error: unknown) => done(asError(error));
    try {
      const returned = call(done);
      // Anything else is what a callback-style loader happens to return (a cursor, a connection).
      if (isThenable<TUser>(returned)) returned.then((user) => done(null, user), failed);
    } catch (error) {
      failed(error);
    }
  });
}

function noObject(): VerifyError {
  return new VerifyError('verify_failed', {
    problem: 'The verify callback gave a user that is no object, which every guard takes for none.',
    hint: 'Give the user as your app keeps it in the request, or nothing where there is none.',
  });
}

function gavePromise(): VerifyError {
  return new VerifyError('verify_failed', {
    problem: 'The verify callback called done with a promise.',
    hint: 'Await it first, or return the promise of the user and do not call done.',
  });
}
