import type { Request } from 'express';
import { Strategy } from 'passport-strategy';
import type { ChallengeInfo, IdOf, Purpose, UserId } from '../challenge/challenge.js';
import { type Transaction, writeTransaction } from '../challenge/transaction.js';
import { asError } from '../errors.js';
import { cancelChallenges, forgetUser, unlockUser } from '../flow/administration.js';
import { createFlowContext, type FlowContext, type LoadUser } from '../flow/flow-context.js';
import type { Provider } from '../providers/provider.js';
import type { TwoFactorOptions } from './options.js';
import { parseRouteOptions, parseStrategyOptions, parseVerify } from './options-schema.js';
import { act, actionsOf, callOnce } from './passport-actions.js';
import { RequestHandler } from './request-handler.js';
import { type CarryingRequest, userOf } from './session.js';
import {
  type AnyVerifyFunction,
  settleVerify,
  type VerifyFunction,
  type VerifyFunctionWithRequest,
} from './verify-callback.js';

/** Adds the provider to what every strategy can be told. */
export interface TwoFactorStrategyOptions<TUser, TId extends UserId = IdOf<TUser>>
  extends TwoFactorOptions<TUser, TId> {
  /** Who sends the codes and checks them. */
  provider: Provider;
}

/**
 * An SMS second factor, whoever sends the codes. Two phases, one action each: see
 * {@link TwoFactorRouteOptions} for what a route can ask of it.
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
    const { name, passReqToCallback, userProperty, verifyTimeout } = checked;
    this.name = name;
    this.userProperty = userProperty;
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

  /** Called by Passport, not by an app. Ends in exactly one of success, fail, redirect and error. */
  override authenticate(request: Request, options: unknown = {}): void {
    const actions = actionsOf(this);
    const { context, handler, load } = this;
    const end = async (): Promise<() => void> => {
      try {
        const route = parseRouteOptions(options);
        // Before anything is counted: a language that cannot be found must not lose a right code.
        const locale = handler.localeOf(request);
        const outcome = await handler.handle(request, route, load(request));
        return () =>
          act(actions, outcome, route, (refusal) =>
            context.translations.translate(refusal, locale),
          );
      } catch (fault) {
        return () => actions.error(asError(fault));
      }
    };
    // The action is called once. What the app's own code throws in it (a custom callback, a header that
    // cannot be set) goes to the framework's error handling, and never out of this promise.
    void end().then((action) => callOnce(action, request.next, actions));
  }

  /**
   * What a code page may show of the challenge that waits for this client: masked number, times,
   * attempts left. Undefined when there is none. A GET may call it; nothing is sent or counted.
   *
   * @param request - For `step-up` and `enrol` with the user who is logged in: nobody else's is shown.
   * @param query - `purpose` is `'login'` unless it is said; with `transaction`, the transaction as the route
   * gives it, that one's challenge, and without it that of none. Of several the newest.
   * @throws {ConfigurationError} `session_missing`, `route_option_invalid` for a `transaction` that is none.
   * @throws {StoreError}
   */
  async pending(
    request: CarryingRequest & { user?: unknown },
    {
      purpose = 'login',
      transaction,
    }: { readonly purpose?: Purpose; readonly transaction?: Transaction } = {},
  ): Promise<ChallengeInfo | undefined> {
    const written = transaction === undefined ? undefined : writeTransaction(transaction);
    // What cannot be bound to a code waits for none.
    if (written && !written.ok) return undefined;
    return this.handler.pending(request, {
      purpose,
      user: purpose === 'login' ? undefined : userOf<TUser>(request, this.userProperty),
      transaction: written?.written,
    });
  }

  /**
   * Clears a user's failures, lock and sends, for support staff who have made sure who is asking. The
   * hourly limit of the number itself stays: it may be somebody else's too.
   *
   * @throws {StoreError}
   */
  async unlock(userId: UserId): Promise<void> {
    await unlockUser(this.context, userId);
  }

  /**
   * Voids every challenge that waits for a code of this user, on the server and at once: call it where
   * the password is reset and where the user logs out everywhere. Failures and locks stay.
   *
   * @throws {StoreError} where it could not be written: what waits may still be answered.
   */
  async cancel(userId: UserId): Promise<void> {
    await cancelChallenges(this.context, userId);
  }

  /**
   * Cancels, and erases what is kept of this user: pending challenges with the full number, failures,
   * locks and sends. What is left are random ids and hashes that name nobody, until they expire. Trusted
   * devices are the app's to end (`revokeAll`).
   *
   * @throws {StoreError} where something may be left.
   */
  async forget(userId: UserId): Promise<void> {
    await forgetUser(this.context, userId);
  }
}
