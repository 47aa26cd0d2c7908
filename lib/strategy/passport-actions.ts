import type { Strategy } from 'passport-strategy';
import { asError } from '../errors.js';
import { english } from '../message/english.js';
import { type Outcome, type Refusal, type RefusalInfo, statusOf } from '../outcome.js';
import { TwoFactorRefusal } from '../refusal.js';

/** Passport's actions, without `pass()`: that one lets a request in with nobody logged in. */
type Actions = Pick<Strategy, 'success' | 'fail' | 'redirect' | 'error'>;

/** What of a route's options decides the action: one of ours and four of Passport's. */
interface ActionOptions {
  readonly challengeRedirect?: string | undefined;
  readonly failWithError?: unknown;
  readonly failureRedirect?: unknown;
  readonly failureFlash?: unknown;
  readonly failureMessage?: unknown;
}

/** Puts a refusal into the words of whoever asked. */
export type Tell = (refusal: Refusal) => RefusalInfo;

/**
 * Takes the actions before anything is awaited: of a strategy instance that is shared by several
 * requests, `this.success` may belong to somebody else a moment later.
 */
export function actionsOf(strategy: Strategy): Actions {
  return {
    success: strategy.success.bind(strategy),
    fail: strategy.fail.bind(strategy),
    redirect: strategy.redirect.bind(strategy),
    error: strategy.error.bind(strategy),
  };
}

/** Ends a request in exactly one action. */
export function act<TUser>(
  actions: Actions,
  outcome: Outcome<TUser>,
  options: ActionOptions,
  tell: Tell,
): void {
  switch (outcome.kind) {
    case 'challenged': {
      if (options.challengeRedirect !== undefined) {
        actions.redirect(options.challengeRedirect);
        return;
      }
      const { challenge } = outcome;
      refuse(actions, tell({ code: 'challenge_sent', challenge }), options);
      return;
    }
    case 'refused':
      refuse(actions, tell(outcome.refusal), options);
      return;
    case 'no_user':
      refuse(actions, infoOf(outcome.info, tell), options);
      return;
    case 'verified':
      actions.success(outcome.user, outcome.info);
      return;
    case 'broken':
      actions.error(outcome.error);
      return;
    default:
      actions.error(asError(outcome satisfies never));
  }
}

/**
 * The callback's own info under our code. Passport copies an info that is a text into a header and
 * throws on a character outside Latin-1, so a text becomes an object.
 */
function infoOf(info: unknown, tell: Tell): RefusalInfo {
  const refusal = tell({ code: 'account_unavailable' });
  return typeof info === 'string' ? { ...refusal, message: info } : { ...refusal, ...Object(info) };
}

function refuse(actions: Actions, info: RefusalInfo, options: ActionOptions): void {
  if (wantsErrors(options)) actions.error(new TwoFactorRefusal(info));
  else actions.fail(info, statusOf(info));
}

/**
 * With `failWithError` alone Passport makes an error that has lost the info, so we make our own.
 * Where a failure also redirects or leaves a message, that is Passport's to do.
 */
function wantsErrors({
  failWithError,
  failureRedirect,
  failureFlash,
  failureMessage,
}: ActionOptions): boolean {
  return Boolean(failWithError) && !failureRedirect && !failureFlash && !failureMessage;
}

/**
 * A strategy that answers at once would throw into Express's router, which makes a 500 of it; so does
 * this. Other frameworks have no `request.next` (Koa, Fastify): there `error` leads to the same place,
 * and without it a `failureFlash` without flash messages would end the process. A custom callback that
 * throws what it is told is then told of nobody: whatever it does, no request may end the process.
 */
export function callOnce(
  action: () => void,
  next: ((error: Error) => void) | undefined,
  { error, fail }: Pick<Actions, 'error' | 'fail'>,
): void {
  const warn = (last: Error) => process.emitWarning(last);
  attempt(action, (thrown) => {
    if (next) attempt(() => next(thrown), warn);
    else {
      attempt(
        () => error(thrown),
        () =>
          attempt(
            () =>
              fail(
                { code: 'account_unavailable', message: english.refusals.account_unavailable },
                500,
              ),
            warn,
          ),
      );
    }
  });
}

function attempt(action: () => void, otherwise: (thrown: Error) => void): void {
  try {
    action();
  } catch (thrown) {
    otherwise(asError(thrown));
  }
}
