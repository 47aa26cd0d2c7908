import type { Request } from 'express';
import type { IdOf, UserId } from '../challenge/challenge.js';
import { asError, VerifyError } from '../errors.js';
import type { LoadUser, Verification } from '../flow/flow-context.js';
import { isPromiseInVain, isThenable, timers } from '../timers.js';
import { isUser } from './passport-session.js';

/** Passport's `done`: an error, or a user, or `false` and an info with the reason. */
export type VerifyDone<TUser> = (
  error: unknown,
  user?: TUser | false | null,
  info?: unknown,
) => void;

/** A user; a falsy value when the account cannot be used. */
export type VerifyResult<TUser> = Promise<TUser | false | null | undefined>;

// biome-ignore lint/suspicious/noConfusingVoidType: the return type of a callback that only calls `done`
type VerifyReturn<TUser> = VerifyResult<TUser> | undefined | void;

/**
 * Loads the user of a verified challenge: return a promise or call `done`; the first to settle counts.
 * Throw, reject or call `done(error)` for a fault; return no user for an account that may not log in.
 * The challenge is already used up: after a failure here the user must start again.
 */
export type VerifyFunction<TUser, TId extends UserId = IdOf<TUser>> = (
  verification: Verification<TId>,
  done: VerifyDone<TUser>,
) => VerifyReturn<TUser>;

/** The verify callback with `passReqToCallback: true`. */
export type VerifyFunctionWithRequest<TUser, TId extends UserId = IdOf<TUser>> = (
  request: Request,
  verification: Verification<TId>,
  done: VerifyDone<TUser>,
) => VerifyReturn<TUser>;

export type AnyVerifyFunction<TUser, TId extends UserId> =
  | VerifyFunction<TUser, TId>
  | VerifyFunctionWithRequest<TUser, TId>;

/**
 * Settles once, with whichever comes first: `done`, a promise, a throw or the deadline. The number of the
 * callback's parameters does not matter: Nest's takes any number, calls `done` and returns a promise of
 * undefined.
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
      if (isPromiseInVain(error) || isPromiseInVain(user)) reject(promisePassed());
      else if (error) reject(asError(error));
      else if (user && !isUser<TUser>(user)) reject(userNotAnObject());
      else resolve({ user: user || undefined, info });
    };
    // Unlike `done(undefined)`, a rejection with undefined is a failure.
    const failed = (error: unknown) => done(asError(error));
    try {
      const returned = call(done);
      // Ignores other return values, such as the cursor or connection of a callback-style loader.
      if (isThenable<TUser>(returned)) returned.then((user) => done(null, user), failed);
    } catch (error) {
      failed(error);
    }
  });
}

function userNotAnObject(): VerifyError {
  return new VerifyError('verify_failed', {
    problem:
      'The verify callback returned a user that is not an object, which guards would not accept.',
    hint: 'Return the user object that your app keeps in the request, or undefined if there is none.',
  });
}

function promisePassed(): VerifyError {
  return new VerifyError('verify_failed', {
    problem: 'The verify callback called done with a promise.',
    hint: 'Await it first, or return the promise and do not call done.',
  });
}
