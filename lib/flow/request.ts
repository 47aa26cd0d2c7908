import type { Binding } from '../binding.js';
import type { Purpose, UserId } from '../challenge.js';
import type { Device } from '../device.js';

/** Who asks, and for what: read by the strategy, believed by the flow. */
export interface PhaseRequest<TUser> {
  readonly purpose: Purpose;
  /** The user of the first factor (`login`) or of the session; nobody in a login's second phase. */
  readonly user: TUser | undefined;
  /** The transaction in canonical form. */
  readonly binding: string | undefined;
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
  readonly binding?: Binding;
}

/** Loads the user of a verified challenge; `user` is absent when there is none. */
export type LoadUser<TUser> = (
  verification: Verification,
) => Promise<{ readonly user?: TUser | undefined; readonly info?: unknown }>;
