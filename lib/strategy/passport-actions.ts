import type { Strategy } from 'passport-strategy';
import { asError } from '../errors.js';
import { english } from '../message/english.js';
import type { Outcome } from '../outcome.js';
import { type Refusal, type RefusalInfo, statusOf } from '../refusal.js';
import { TwoFactorRefusal } from '../refusal-error.js';

/** Passport's actions, except `pass()`, which lets a request through without a login. */
type Actions = Pick<Strategy, 'success' | 'fail' | 'redirect' | 'error'>;

/** The options of a route that decide the action: one of this library's, four of Passport's. */
interface ActionOptions {
  readonly challengeRedirect?: string | undefined;
  readonly failWithError?: unknown;
  readonly failureRedirect?: unknown;
  readonly failureFlash?: unknown;
  readonly failureMessage?: unknown;
}

/** Adds the message in the user's language. */
export type Translate = (refusal: Refusal) => RefusalInfo;

/**
 * Binds the actions before anything is awaited: where requests share a strategy instance, `this.success`
 * may be another request's a moment later.
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
  translate: Translate,
): void {
  switch (outcome.kind) {
    case 'challenged': {
      if (options.challengeRedirect !== undefined) {
        actions.redirect(options.challengeRedirect);
        return;
      }
      const { challenge } = outcome;
      reportRefusal(actions, translate({ code: 'challenge_sent', challenge }), options);
      return;
    }
    case 'refused':
      reportRefusal(actions, translate(outcome.refusal), options);
      return;
    case 'no_user':
      reportRefusal(actions, infoOf(outcome.info, translate), options);
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
 * Merges the verify callback's own info with `account_unavailable`. A string becomes an object: Passport
 * copies a string into a header, which throws for characters outside Latin-1.
 */
function infoOf(info: unknown, translate: Translate): RefusalInfo {
  const refusal = translate({ code: 'account_unavailable' });
  return typeof info === 'string' ? { ...refusal, message: info } : { ...refusal, ...Object(info) };
}

function reportRefusal(actions: Actions, info: RefusalInfo, options: ActionOptions): void {
  if (wantsErrors(options)) actions.error(new TwoFactorRefusal(info));
  else actions.fail(info, statusOf(info));
}

/**
 * With `failWithError` Passport creates an error without the info, so this library creates its own.
 * When a failure also redirects or leaves a message, Passport must handle it.
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
 * Calls the action, and passes any error it throws to the framework's error handling, where the error of a
 * synchronous strategy would end up. Frameworks without `request.next` (Koa, Fastify) get it through
 * `error`; otherwise a `failureFlash` without flash messages would crash the process. If a custom
 * callback throws again, the request fails with a 500; no request may crash the process.
 */
export function callOnce(
  action: () => void,
  next: ((error: Error) => void) | undefined,
  { error, fail }: Pick<Actions, 'error' | 'fail'>,
): void {
  const warn = (thrown: Error) => process.emitWarning(thrown);
  const message = english.refusals.account_unavailable;
  const failLast = () => fail({ code: 'account_unavailable', message }, 500);
  attempt(action, (thrown) => {
    if (next) attempt(() => next(thrown), warn);
    else {
      attempt(
        () => error(thrown),
        () => attempt(failLast, warn),
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
