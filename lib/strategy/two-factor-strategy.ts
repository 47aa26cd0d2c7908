import type { Request } from 'express';
import { Strategy } from 'passport-strategy';
import type { ChallengeInfo, IdOf, Purpose, UserId } from '../challenge/challenge.js';
import { type Transaction, writeTransaction } from '../challenge/transaction.js';
import { asError } from '../errors.js';
import { cancelChallenges, forgetUser, unlockUser } from '../flow/administration.js';
import { createFlowContext, type FlowContext, type LoadUser } from '../flow/flow-context.js';
import { parseOptions } from '../options/parse.js';
import type { Provider } from '../providers/provider.js';
import type { TwoFactorOptions } from './options.js';
import { parseStrategyOptions, parseVerify } from './options-schema.js';
import { act, actionsOf, callOnce } from './passport-actions.js';
import {
  forgetLogin,
  isLoggedInEarly,
  type RequestWithSession,
  userOf,
} from './passport-session.js';
import { RequestHandler } from './request-handler.js';
import { parseRouteOptions, pendingQuerySchema } from './route-options-schema.js';
import {
  type AnyVerifyFunction,
  settleVerify,
  type VerifyFunction,
  type VerifyFunctionWithRequest,
} from './verify-callback.js';

/** The options of every strategy, and the provider. */
export interface TwoFactorStrategyOptions<TUser, TId extends UserId = IdOf<TUser>>
  extends TwoFactorOptions<TUser, TId> {
  /** Sends and checks the codes. */
  provider: Provider;
}

/**
 * An SMS second factor with any provider. Each of the two phases ends in one Passport action; see
 * {@link TwoFactorRouteOptions} for the options of a route.
 *
 * @throws {ConfigurationError} at construction, when an option is missing, misspelt or out of range.
 */
export class TwoFactorStrategy<
  TUser extends Express.User = Express.User,
  TId extends UserId = IdOf<TUser>,
> extends Strategy {
  readonly name: string;
  // `private`, not `#private`: Passport runs `Object.create(strategy)`, which has no `#private`.
  private readonly context: FlowContext<TUser>;
  private readonly handler: RequestHandler<TUser>;
  private readonly userProperty: string | undefined;
  private readonly localeOf: (request: Request) => unknown;
  private readonly load: (request: Request) => LoadUser<TUser>;

  constructor(
    options: TwoFactorStrategyOptions<TUser, TId> & { passReqToCallback: true },
    verify: VerifyFunctionWithRequest<TUser, TId>,
  );
  constructor(
    options: TwoFactorStrategyOptions<TUser, TId> & { passReqToCallback?: false | undefined },
    verify: VerifyFunction<TUser, TId>,
  );
  constructor(options: TwoFactorStrategyOptions<TUser, TId>, verify: AnyVerifyFunction<TUser, TId>);
  constructor(
    options: TwoFactorStrategyOptions<TUser, TId>,
    verify: AnyVerifyFunction<TUser, TId>,
  ) {
    super();
    const checked = parseStrategyOptions<TUser>(options);
    const callVerify = parseVerify(verify);
    const { name, locale, passReqToCallback, userProperty, verifyTimeout } = checked;
    this.name = name;
    this.userProperty = userProperty;
    this.localeOf = locale;
    this.context = createFlowContext(checked);
    this.handler = new RequestHandler(checked, this.context);
    this.load = (request) => (verification) =>
      settleVerify(
        (done) =>
          passReqToCallback
            ? callVerify(request, verification, done)
            : callVerify(verification, done),
        verifyTimeout,
      );
  }

  /** Called by Passport, not by an app. Ends in exactly one of `success`, `fail`, `redirect` and `error`. */
  override authenticate(request: Request, options: unknown = {}): void {
    const actions = actionsOf(this);
    const { context, handler, load, localeOf, userProperty } = this;
    const end = async (): Promise<() => void> => {
      try {
        const { route, locale } = undoingEarlyLogin(request, options, userProperty, () => ({
          route: parseRouteOptions(options),
          // Before anything is counted: a "locale" that throws must not lose a correct code.
          locale: localeOf(request),
        }));
        const outcome = await handler.handle(request, route, { load: load(request), locale });
        return () =>
          act(actions, outcome, route, (refusal) =>
            context.translations.translate(refusal, locale),
          );
      } catch (fault) {
        return () => actions.error(asError(fault));
      }
    };
    // What the app's code throws in the action (in a custom callback, or for an invalid header) goes to
    // the framework's error handling and never rejects this promise.
    void end().then((action) => callOnce(action, request.next, actions));
  }

  /**
   * Returns what a code page may show of this client's pending challenge for `{ purpose, transaction }`: masked
   * number, times, attempts left. Undefined when there is none that can be answered or resent. Safe to call
   * in a GET; nothing is sent or counted.
   *
   * @param request - For `step-up` and `enrol` it must have the logged-in user, whose challenge is returned. With
   * `state: 'client'` its body must have the challenge's id, in `challengeField`.
   * @param query - `purpose` defaults to `'login'`. Pass the route's `transaction` to get its challenge;
   * without one, a challenge for a transaction is only returned for a login. The newest one is returned.
   * @throws {ConfigurationError} `session_missing`; `route_option_invalid` for an invalid query.
   * @throws {StoreError}
   */
  async pending(
    request: RequestWithSession & { user?: unknown },
    query: { readonly purpose?: Purpose; readonly transaction?: Transaction } = {},
  ): Promise<ChallengeInfo | undefined> {
    const { purpose } = parseOptions(pendingQuerySchema, query, 'route_option_invalid');
    const { transaction } = query;
    const written = transaction === undefined ? undefined : writeTransaction(transaction);
    // No challenge can exist for a transaction that cannot be shown.
    if (written && !written.ok) return undefined;
    return this.handler.pending(request, {
      purpose,
      user: purpose === 'login' ? undefined : userOf<TUser>(request, this.userProperty),
      transaction: written?.written,
    });
  }

  /**
   * Deletes a user's failures, lock and sends, for support staff who have verified the caller's identity.
   * The hourly limit of the number stays: other users may share it. So does the cooldown after the last SMS.
   * The table in docs/support.md compares `unlock`, `cancel` and `forget`.
   *
   * @param userId - The id that the option `userId` returns, as a number or as a string.
   * @throws {ConfigurationError} `user_unusable` for a value that cannot be an id; nothing was changed.
   * @throws {StoreError}
   */
  async unlock(userId: UserId): Promise<void> {
    await unlockUser(this.context, userId);
  }

  /**
   * Voids all pending challenges of a user on the server, immediately: call it after a password reset and
   * when a user logs out everywhere. Failures and locks stay.
   *
   * @param userId - The id that the option `userId` returns, as a number or as a string.
   * @throws {ConfigurationError} `user_unusable` for a value that cannot be an id; nothing was changed.
   * @throws {StoreError} when the write failed: pending challenges may still be answered.
   */
  async cancel(userId: UserId): Promise<void> {
    await cancelChallenges(this.context, userId);
  }

  /**
   * Cancels a user's challenges and erases what is stored about the user: pending challenges with the full
   * number, failures, locks and sends. Only random ids and hashes remain, until they expire. Of more than
   * fifty pending challenges the oldest are voided but not erased: they expire too.
   * Revoke trusted devices separately (`revokeAll`).
   *
   * @param userId - The id that the option `userId` returns, as a number or as a string.
   * @throws {ConfigurationError} `user_unusable` for a value that cannot be an id; nothing was changed.
   * @throws {StoreError} when some of it may not have been erased.
   */
  async forget(userId: UserId): Promise<void> {
    await forgetUser(this.context, userId);
  }
}

/**
 * Runs what comes before the first check of the request handler, which undoes half a login: if it fails, the
 * login must not stay either. Everything but another valid purpose counts as a login, and everything but
 * `'response'` as a route that is not pinned to responses.
 */
function undoingEarlyLogin<T>(
  request: Request,
  options: unknown,
  userProperty: string | undefined,
  run: () => T,
): T {
  try {
    return run();
  } catch (failure) {
    const { purpose, phase } = Object(options);
    const pinned = phase === 'response' ? phase : undefined;
    const isLogin = purpose !== 'step-up' && purpose !== 'enrol';
    if (isLogin && isLoggedInEarly(request, pinned, userOf(request, userProperty))) {
      forgetLogin(request);
    }
    throw failure;
  }
}
