// The dependencies of the protocol's phases, and the input of each.
import type { Purpose, UserId } from '../challenge/challenge.js';
import type { Transaction } from '../challenge/transaction.js';
import { Attempts } from '../limits/attempts.js';
import type { LimiterFactory } from '../limits/limiter.js';
import type { LimitSettings } from '../limits/options.js';
import { ReuseLimit } from '../limits/reuse.js';
import { Sends } from '../limits/sends.js';
import { SingleUse } from '../limits/single-use.js';
import { type MessageOptions, MessageText } from '../message/sms-text.js';
import type { Translations } from '../message/translations.js';
import type { VerificationMethod } from '../outcome.js';
import { FallbackChain } from '../providers/fallback.js';
import { longestCodeLifetime, type Provider } from '../providers/provider.js';
import type { RecoveryCodeOptions } from '../recovery-codes/options.js';
import { PendingChallenges } from '../storage/challenges.js';
import { Receipts } from '../storage/receipts.js';
import type { Store } from '../storage/storage.js';
import { UserChallenges } from '../storage/user-challenges.js';
import { StoredRecoveryCodes } from './stored-recovery-codes.js';
import type { DeviceCheck } from './trusted-device.js';
import { type UserOptions, Users } from './users.js';

/** The validated options of a strategy that its phases need. */
interface FlowOptions<TUser> extends UserOptions<TUser>, MessageOptions<TUser> {
  readonly provider: Provider;
  readonly fallback?: readonly Provider[] | undefined;
  readonly recoveryCodes?: RecoveryCodeOptions | undefined;
  readonly limits: LimitSettings;
  readonly storage: { readonly store: Store; readonly limiter: LimiterFactory };
}

/** The dependencies of the phases, created once for each strategy. Durations are milliseconds. */
export interface FlowContext<TUser> {
  /** Separates sets of users: ids are unique within one. */
  readonly realm: string;
  /** The strategy's name, a part of every challenge. */
  readonly strategy: string;
  readonly chain: FallbackChain;
  readonly users: Users<TUser>;
  readonly text: MessageText<TUser>;
  readonly translations: Translations;
  /** Undefined without the option "recoveryCodes". */
  readonly recoveryCodes: StoredRecoveryCodes | undefined;
  readonly pending: PendingChallenges;
  readonly userChallenges: UserChallenges;
  readonly receipts: Receipts;
  readonly attempts: Attempts;
  readonly sends: Sends;
  readonly singleUse: SingleUse;
  readonly reuses: ReuseLimit;
  /** How long after the first factor the second one is accepted. */
  readonly firstFactorMaxAge: number;
}

export function createFlowContext<TUser>(options: FlowOptions<TUser>): FlowContext<TUser> {
  const { name, realm, provider, fallback = [], limits, storage, translations } = options;
  const { recoveryCodes, verifyTimeout } = options;
  // The counters and claims that guard a challenge must outlive it, its reuse and its resends.
  const retention = 3 * limits.firstFactorMaxAge + 2 * longestCodeLifetime;
  return {
    strategy: name,
    realm,
    chain: new FallbackChain(provider, ...fallback),
    users: new Users(options),
    text: new MessageText(options),
    translations,
    recoveryCodes: recoveryCodes && new StoredRecoveryCodes(recoveryCodes, verifyTimeout),
    pending: new PendingChallenges(storage.store, limits.firstFactorMaxAge * 1000),
    userChallenges: new UserChallenges(storage.store, retention * 1000),
    receipts: new Receipts(storage.store),
    attempts: new Attempts(storage.limiter, limits, retention),
    sends: new Sends(storage.limiter, limits),
    singleUse: new SingleUse(storage.limiter, retention),
    reuses: new ReuseLimit(storage.limiter, retention),
    firstFactorMaxAge: limits.firstFactorMaxAge * 1000,
  };
}

/** The input of a phase, which the strategy has read from the request and validated. */
export interface PhaseRequest<TUser> {
  readonly purpose: Purpose;
  /** The user of the first factor (`login`) or of the session; undefined in a login's second phase. */
  readonly user: TUser | undefined;
  /** The transaction in canonical form. */
  readonly transaction: string | undefined;
  /** With `enrol`: the number that the user wants to prove. */
  readonly newDestination: unknown;
  readonly ip: string | undefined;
  /** The user's language, according to the option "locale". */
  readonly locale: unknown;
  /** Whether a user's login needs a second factor, according to the option "required". */
  isRequired(user: TUser): Promise<boolean>;
  /** The client is a trusted device if any of these checks says so. */
  readonly deviceChecks: readonly DeviceCheck[];
}

/** What was verified: the argument of the verify callback. */
export type Verification<TId extends UserId = UserId> = {
  /** The id that the option `userId` returned when the challenge was created. */
  readonly userId: TId;
  /** How the second factor was proved; undefined for a login from a trusted device. */
  readonly method?: VerificationMethod;
  /** When the first factor was passed: compare it with the time of the last password change. */
  readonly firstFactorAt: Date;
  /** The approved transaction, where the route has one. */
  readonly transaction?: Transaction;
} & (
  | {
      readonly purpose: 'enrol';
      /** The full number that the code was sent to. Save this one. */
      readonly destination: string;
    }
  | {
      readonly purpose: 'login' | 'step-up';
      /** The full number of the challenge; undefined for a recovery code that was entered without one. */
      readonly destination?: string | undefined;
    }
);

/** Loads the user of a verified challenge; `user` is undefined when the account cannot be used. */
export type LoadUser<TUser> = (
  verification: Verification,
) => Promise<{ readonly user?: TUser | undefined; readonly info?: unknown }>;
