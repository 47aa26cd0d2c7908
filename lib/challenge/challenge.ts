import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fingerprint } from '../fingerprint.js';
import { answeringAtOnce } from '../options/parse.js';
import type { Channel } from '../phone-number.js';

/** Logs a user in, confirms an action of a logged-in user, or verifies a new number. */
export type Purpose = 'login' | 'step-up' | 'enrol';

/** A user's id in the app, returned unchanged. */
export type UserId = string | number;

/** Whether an id can be stored and compared: a non-empty string or a finite number. */
export function isUserId(id: unknown): id is UserId {
  return typeof id === 'string' ? id !== '' : typeof id === 'number' && Number.isFinite(id);
}

/**
 * Returns the id of the same user as a number and as a string, because database drivers and URLs return strings.
 * '007' and '1e3' have one type, as at a login: the number that they evaluate to may be another user's id.
 */
export function bothTypes(userId: UserId): readonly UserId[] {
  const text = String(userId);
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? [number, text] : [userId];
}

/** The type that the default of `userId` returns. */
export type IdOf<TUser> = TUser extends { readonly id: infer Id extends UserId } ? Id : UserId;

/** The option `userId`. */
export const userIdSchema = <TUser>() =>
  answeringAtOnce<TUser, unknown>(
    'userId',
    'a function that returns the id of a user: (user) => user.id',
  ).default(() => idOf);

function idOf(user: unknown): unknown {
  return typeof user === 'object' && user !== null ? Reflect.get(user, 'id') : undefined;
}

/** Everything that a challenge is bound to. */
export interface Subject {
  readonly realm: string;
  readonly strategy: string;
  readonly purpose: Purpose;
  readonly userId: UserId;
  readonly destination: string;
  /** The transaction in canonical form. */
  readonly transaction?: string | undefined;
  /** A hash of what the option `userVersion` returned, which changes with the user's password. */
  readonly userVersion?: string | undefined;
  /** Changes with each cancellation, which voids all challenges of an earlier epoch. */
  readonly epoch?: string | undefined;
}

/** A user who answers a challenge, or enters a recovery code without one, for which no number is needed. */
export type Respondent =
  | Subject
  | (Omit<Subject, 'purpose' | 'destination'> & {
      readonly purpose: Exclude<Purpose, 'enrol'>;
      readonly destination?: undefined;
    });

/**
 * The state of the message. `unknown`: the provider may have sent it, but its answer was lost. Every state
 * may have a reference (the provider's own id for the challenge), because the previous code stays valid
 * while a resend is in progress or lost.
 */
const lastMessageShape = {
  reference: z.string().optional(),
  /** The provider of the reference; the first one by default. */
  provider: z.string().optional(),
  /** How the newest message with the reference's code was sent; as an SMS by default. */
  channel: z.enum(['sms', 'call']).optional(),
  /** The id of the newest message in delivery receipts. */
  messageId: z.string().optional(),
  /** The provider whose answer was lost; another one sends the next message. */
  lostBy: z.string().optional(),
};

const deliverySchema = z.discriminatedUnion('state', [
  z.object({ ...lastMessageShape, state: z.literal('sending') }),
  z.object({ ...lastMessageShape, state: z.literal('sent'), reference: z.string() }),
  z.object({ ...lastMessageShape, state: z.literal('unknown') }),
]);

/**
 * A pending challenge in the store. Times are milliseconds since the epoch. Unknown keys are ignored,
 * because a newer version may run alongside this one during a deployment.
 */
export const challengeSchema = z.object({
  id: z.string(),
  realm: z.string(),
  strategy: z.string(),
  purpose: z.enum(['login', 'step-up', 'enrol']),
  userId: z.union([z.string(), z.number()]),
  destination: z.string(),
  transaction: z.string().optional(),
  userVersion: z.string().optional(),
  epoch: z.string().optional(),
  /** The content of the SMS, which a resend repeats; none means the provider's own. */
  content: z.string().optional(),
  delivery: deliverySchema,
  createdAt: z.number(),
  expiresAt: z.number(),
  resendAt: z.number(),
  /** While enrolling: true if the user had no number when the code was sent. */
  firstNumber: z.boolean().optional(),
  /** The number of its messages that count as unanswered; a correct code gives them back. */
  unanswered: z.number().optional(),
});

/** A passed first factor. Clients that share a challenge (a second tab, a retry) have one each. */
export const firstFactorSchema = z.object({
  id: z.string(),
  challengeId: z.string(),
  at: z.number(),
});

export type Challenge = Readonly<z.infer<typeof challengeSchema>>;
export type FirstFactor = Readonly<z.infer<typeof firstFactorSchema>>;

/** The parts of a challenge that may be shown: neither the full number nor the provider's id. */
export interface ChallengeInfo {
  /**
   * Post it in `challengeField`. Required with `state: 'client'`; with a session it selects one of several
   * pending challenges, for example of two people who log in with one browser.
   */
  readonly id: string;
  readonly purpose: Purpose;
  /** Masked. */
  readonly destination: string;
  /**
   * How the newest code was sent. A message whose answer was lost does not count: `delivery` is then `unknown`.
   */
  readonly channel: Channel;
  /** Whether the code can be requested in a phone call: `resend` with the value `voice`. */
  readonly callAvailable: boolean;
  /**
   * `unknown`: the provider's answer was lost, and the message may not arrive; offer a resend. `delivered` and
   * `undelivered` are returned only by `pending(req)`, with a provider that sends delivery receipts.
   */
  readonly delivery: 'sending' | 'sent' | 'unknown' | 'delivered' | 'undelivered';
  /** With `undelivered`: the provider's reason. */
  readonly deliveryProblem?: string;
  /** With `challenge_sent`: whether a live challenge was reused, without another message. */
  readonly reused?: boolean;
  readonly expiresAt: Date;
  /** When a resend is allowed. */
  readonly resendAt: Date;
  readonly attemptsRemaining: number;
}

/** 128 random bits, the minimum for a reference token in OWASP ASVS 5. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** A new record of a first factor passed at `at`, in milliseconds since the epoch. */
export function newFirstFactor(challenge: Challenge, at: number): FirstFactor {
  return { id: randomId(), challengeId: challenge.id, at };
}

/** The key of a user in the store, for records that concern all of a user's challenges or devices. */
export function userKey({ realm, userId }: Pick<Subject, 'realm' | 'userId'>): string {
  return fingerprint(realm, userId);
}

/** The key that finds the live challenge of a subject. */
export function subjectKey(subject: Subject): string {
  const { realm, strategy, purpose, userId, destination, transaction, userVersion } = subject;
  return fingerprint(
    realm,
    strategy,
    purpose,
    userId,
    destination,
    transaction ?? null,
    userVersion ?? null,
  );
}

/** The tolerated skew between two of an app's clocks, in milliseconds; more means that a clock jumped. */
export const clockSkew = 60_000;

/** Whether a time span is over. One that starts in the future is: setting a clock back must not extend it. */
export function isOver(since: number, until: number, now: number): boolean {
  return now >= until || now < since - clockSkew;
}

/** The reference and ids of the previous message, whose code stays valid while another is being sent. */
export function lastMessageOf({ state: _state, ...last }: Challenge['delivery']) {
  return last;
}

/** How the newest code of a challenge was sent, as far as that is known. */
export function channelOf({ delivery }: Challenge): Channel {
  return delivery.channel ?? 'sms';
}
