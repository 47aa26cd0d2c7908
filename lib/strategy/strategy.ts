import type { Request } from 'express';
import { Strategy } from 'passport-strategy';
import type { ChallengeInfo, IdOf, Purpose, UserId } from '../challenge.js';
import { asError } from '../errors.js';
import type { LoadUser } from '../flow/request.js';
import type { TwoFactorOptions } from '../options/options.js';
import { optionsSchema, routeSchema, verifySchema } from '../options/schema.js';
import { parseOptions } from '../parse.js';
import type { Provider } from '../providers/provider.js';
import { act, actionsOf, callOnce } from './actions.js';
import { Exchange } from './exchange.js';
import type { CarryingRequest } from './session.js';
import {
  type AnyVerifyFunction,
  settleVerify,
  type VerifyFunction,
  type VerifyFunctionWithRequest,
} from './verify.js';

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
 * @throws {SetupError} at construction, when an option is missing, misspelt or out of range.
 */
export class TwoFactorStrategy<
  TUser extends Express.User = Express.User,
  TId extends UserId = IdOf<TUser>,
> extends Strategy {
  readonly name: string;
  // `private`, not `#private`: Passport runs `Object.create(strategy)`, which has no `#private`.
  private readonly exchange: Exchange<TUser>;
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
    const checked = parseOptions(optionsSchema<TUser>(), options);
    const callVerify = parseOptions(verifySchema, verify);
    const { name, passReqToCallback, verifyTimeout } = checked;
    this.name = name;
    this.exchange = new Exchange(checked);
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
    const { exchange, load } = this;
    const end = async (): Promise<() => void> => {
      try {
        const route = parseOptions(routeSchema, options, 'route_option_invalid');
        const outcome = await exchange.run(request, route, load(request));
        const tell = exchange.tellerFor(request);
        return () => act(actions, outcome, route, tell);
      } catch (fault) {
        return () => actions.error(asError(fault));
      }
    };
    // The action is called once, and outside of the promise. What the app's own code throws in it (a
    // custom callback, a header that cannot be set) goes to the framework's error handling.
    void end().then((action) => queueMicrotask(() => callOnce(action, request.next, actions)));
  }

  /**
   * What a code page may show of the challenge that waits for this client: masked number, times,
   * attempts left. Undefined when there is none. A GET may call it; nothing is sent or counted.
   *
   * @throws {SetupError} `session_missing`
   * @throws {StoreError}
   */
  async pending(
    request: CarryingRequest,
    { purpose = 'login' }: { readonly purpose?: Purpose } = {},
  ): Promise<ChallengeInfo | undefined> {
    return this.exchange.pending(request, purpose);
  }

  /**
   * Clears a user's failures, lock and sends, for support staff who have made sure who is asking. The
   * hourly limit of the number itself stays: it may be somebody else's too.
   *
   * @param userId - Of the type that `userId` gives: `unlock('1')` does nothing for user 1.
   * @throws {StoreError}
   */
  async unlock(userId: UserId): Promise<void> {
    await this.exchange.unlock(userId);
  }
}
