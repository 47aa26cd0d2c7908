import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fingerprint } from '../fingerprint.js';
import { maskDestination } from '../phone-number.js';

/** What a challenge is for. */
export type Purpose = 'login' | 'step-up' | 'enrol';

/** A user's id as the app knows it; given back as it was. */
export type UserId = string | number;

/** An id that can be stored and compared: a non-empty string or a finite number. */
export function isUserId(id: unknown): id is UserId {
  return typeof id === 'string' ? id !== '' : typeof id === 'number' && Number.isFinite(id);
}

/** The type of a user's id, as the default of `userId` gives it. */
export type IdOf<TUser> = TUser extends { readonly id: infer Id extends UserId } ? Id : UserId;

/** All that a challenge is for. It answers nothing else. */
export interface Subject {
  readonly realm: string;
  readonly strategy: string;
  readonly purpose: Purpose;
  readonly userId: UserId;
  readonly destination: string;
  /** The transaction in canonical form, where there is one. */
  readonly transaction?: string | undefined;
  /** A hash of what changes with the user's password, where the app names it. */
  readonly userVersion?: string | undefined;
  /** Of the user's challenges: a cancellation ends all that were created under an earlier one. */
  readonly epoch?: string | undefined;
}

/**
 * How far the SMS got. `unknown`: the provider may have sent it, but its answer was lost. The
 * reference (the provider's own id of the challenge) can be there in every state, because a resend
 * that is under way or lost leaves the code before it usable.
 */
const traceShape = {
  reference: z.string().optional(),
  /** Whose reference it is; the first provider's where nothing is said. */
  provider: z.string().optional(),
  /** By which a delivery receipt names the newest message. */
  messageId: z.string().optional(),
  /** The provider whose answer was lost: another one sends the next message. */
  lostBy: z.string().optional(),
};

const deliverySchema = z.discriminatedUnion('state', [
  z.object({ ...traceShape, state: z.literal('sending') }),
  z.object({ ...traceShape, state: z.literal('sent'), reference: z.string() }),
  z.object({ ...traceShape, state: z.literal('unknown') }),
]);

/**
 * A pending challenge as the store keeps it. Times are milliseconds since the epoch. What a newer
 * version adds is dropped and no error: while an app is deployed, both run.
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
  /** What the SMS says, where it is not the provider's own text: a resend says the same. */
  content: z.string().optional(),
  delivery: deliverySchema,
  createdAt: z.number(),
  expiresAt: z.number(),
  resendAt: z.number(),
  /** How many SMS of it were counted as unanswered; its right code gives them back. */
  unanswered: z.number().optional(),
});

/** Several clients can wait for one challenge (a second tab, a retry); each passed the first factor at its own time. */
export const firstFactorSchema = z.object({
  id: z.string(),
  challengeId: z.string(),
  at: z.number(),
});

export type Challenge = Readonly<z.infer<typeof challengeSchema>>;
export type FirstFactor = Readonly<z.infer<typeof firstFactorSchema>>;

/** What may be shown of a challenge: no full number, no id of the provider's. */
export interface ChallengeInfo {
  /**
   * What the client sends back in `challengeField`. With `state: 'client'` it must; with a session it may,
   * to say which of several pending challenges a code is for: two people in two tabs of one browser.
   */
  readonly id: string;
  readonly purpose: Purpose;
  /** Masked. */
  readonly destination: string;
  /**
   * `unknown`: the provider's answer was lost, the SMS may or may not come; offer a resend. `delivered`
   * and `undelivered` only by `pending(req)`, and where the provider sends delivery receipts.
   */
  readonly delivery: 'sending' | 'sent' | 'unknown' | 'delivered' | 'undelivered';
  /** With `undelivered`: why, in the provider's words. */
  readonly deliveryProblem?: string;
  /** With `challenge_sent`: whether the challenge was there already and no SMS was sent now. */
  readonly reused?: boolean;
  readonly expiresAt: Date;
  /** From when on a resend will be taken. */
  readonly resendAt: Date;
  readonly attemptsRemaining: number;
}

/** 128 random bits: OWASP ASVS 5 asks for at least that in a reference token. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** The key of a user in the store, for records that concern all of a user's challenges or devices. */
export function userKey({ realm, userId }: Pick<Subject, 'realm' | 'userId'>): string {
  return fingerprint(realm, userId);
}

/** The key under which a challenge for the same thing is found again. */
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

/** Two clocks of one app may differ by this much, in milliseconds; more is a clock that jumped. */
export const clockSkew = 60_000;

/** Whether the time is over; a start that lies in the future counts as over (a clock set back must not extend anything). */
export function isOver(since: number, until: number, now: number): boolean {
  return now >= until || now < since - clockSkew;
}

/** What is known of the message before: the code in it stays good while another is under way. */
export function traceOf({ state: _state, ...trace }: Challenge['delivery']) {
  return trace;
}

/** What may be shown of it. */
export function describe(
  challenge: Challenge,
  more: Pick<ChallengeInfo, 'id' | 'attemptsRemaining' | 'reused'>,
): ChallengeInfo {
  return {
    purpose: challenge.purpose,
    destination: maskDestination(challenge.destination),
    delivery: challenge.delivery.state,
    expiresAt: new Date(challenge.expiresAt),
    resendAt: new Date(challenge.resendAt),
    ...more,
  };
}
