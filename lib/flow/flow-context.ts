import type { Purpose, UserId } from '../challenge/challenge.js';
import type { Transaction } from '../challenge/transaction.js';
import type { Attempts } from '../limits/attempts.js';
import type { ReuseLimit } from '../limits/reuse.js';
import type { Sends } from '../limits/sends.js';
import type { SingleUse } from '../limits/single-use.js';
import type { MessageText } from '../message/sms-text.js';
import type { Words } from '../message/translations.js';
import type { ProviderChain } from '../providers/fallback.js';
import type { PendingChallenges } from '../storage/challenges.js';
import type { Receipts } from '../storage/receipts.js';
import type { UserChallenges } from '../storage/user-challenges.js';
import type { Device } from './trusted-device.js';
import type { People } from './users.js';

/** What the phases work with. Times are milliseconds. */
export interface FlowContext<TUser> {
  /** Whose users these are. */
  readonly realm: string;
  /** The strategy's name: a part of every challenge. */
  readonly strategy: string;
  readonly chain: ProviderChain;
  readonly people: People<TUser>;
  readonly text: MessageText<TUser>;
  readonly words: Words;
  readonly pending: PendingChallenges;
  readonly userChallenges: UserChallenges;
  readonly receipts: Receipts;
  readonly attempts: Attempts;
  readonly sends: Sends;
  readonly singleUse: SingleUse;
  readonly reuses: ReuseLimit;
  /** For how long the first factor is good for the second. */
  readonly firstFactorMaxAge: number;
}

/** Who asks, and for what: read by the strategy, believed by the flow. */
export interface PhaseRequest<TUser> {
  readonly purpose: Purpose;
  /** The user of the first factor (`login`) or of the session; nobody in a login's second phase. */
  readonly user: TUser | undefined;
  /** The transaction in canonical form. */
  readonly transaction: string | undefined;
  /** The new number that a user wants to prove; only with `enrol`. */
  readonly newDestination: unknown;
  readonly ip: string | undefined;
  /** The user's language, as the app knows it. */
  readonly locale: unknown;
  /** What the client may be, where its user has called a device trusted. */
  readonly devices: readonly Device[];
}

/** What the verify callback is told. */
export interface Verification<TId extends UserId = UserId> {
  /** As `userId` gave it when the challenge was created. */
  readonly userId: TId;
  readonly purpose: Purpose;
  /** The number that the code went to, in full: with `enrol` it is the one to save. */
  readonly destination: string;
  /** When the first factor was passed: a password that has changed since is another one. */
  readonly firstFactorAt: Date;
  /** What was approved, where the route binds a transaction. */
  readonly transaction?: Transaction;
}

/** Loads the user of a verified challenge; `user` is absent when there is none. */
export type LoadUser<TUser> = (
  verification: Verification,
) => Promise<{ readonly user?: TUser | undefined; readonly info?: unknown }>;
