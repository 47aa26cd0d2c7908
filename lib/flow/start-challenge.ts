import {
  type Challenge,
  describe,
  type FirstFactor,
  isOver,
  randomId,
  type Subject,
} from '../challenge/challenge.js';
import { type Handle, writeHandle } from '../challenge/handle.js';
import { readTransaction } from '../challenge/transaction.js';
import type { MessageContext } from '../message/sms-text.js';
import { type Outcome, refuse, retryIn } from '../outcome.js';
import { timers } from '../timers.js';
import type { FlowContext, LoadUser, PhaseRequest } from './flow-context.js';
import { loadUser } from './load-user.js';
import type { PhaseTrace } from './phase-events.js';
import { trustedDeviceInfo } from './proof.js';
import { sendCode } from './send-code.js';
import { callbackOverdue } from './users.js';

/** What phase one needs beside the request. */
export interface Start<TUser> {
  /** The handle that this client holds for the same subject. */
  readonly held: Handle | undefined;
  /** Loads the user where a trusted device takes the place of the code. */
  readonly load: LoadUser<TUser>;
  readonly trace: PhaseTrace;
}

/**
 * Phase one: the user has passed the first factor and gets a code. Whoever has a live challenge for
 * the same thing gets that one, with no second SMS: a double click, a retry, another tab or node.
 */
export async function startChallenge<TUser>(
  context: FlowContext<TUser>,
  request: PhaseRequest<TUser>,
  { held, load, trace }: Start<TUser>,
): Promise<Outcome<TUser>> {
  const { user, purpose, transaction } = request;
  if (user === undefined) return refuse('first_factor_required');
  const { realm, strategy, users } = context;
  const userId = users.idOf(user);
  const read =
    purpose === 'enrol'
      ? users.usable(request.newDestination, { userId, purpose })
      : await users.destinationOf(user, purpose);
  if (!read.usable) {
    return refuse(read.problem === 'missing' ? 'destination_missing' : 'destination_unusable');
  }
  const destination = read.number;
  const userVersion = users.versionOf(user);
  const subject: Subject = {
    realm,
    strategy,
    purpose,
    userId,
    destination,
    transaction,
    userVersion,
  };
  trace.subject = subject;
  const [lock, epoch, listed, known, liveId] = await Promise.all([
    context.attempts.lockOf(subject),
    context.userChallenges.epochOf(subject),
    context.userChallenges.listOf(subject),
    held && context.pending.firstFactor(held.firstFactorId),
    context.pending.liveFor(subject),
  ]);
  if (lock) return refuse('user_locked', retryIn(lock.retryAfter));
  if (await isTrusted(request, subject)) {
    const firstFactorAt = Date.now();
    return loadUser(context, subject, { load, info: trustedDeviceInfo(), firstFactorAt });
  }
  const live = await liveOf(context, liveId, epoch);
  if (live && live !== 'dead') return reuse(context, live, known);

  const content = await contentFor(context, subject, { ...request, user });
  const right = await context.sends.claim({ ...subject, epoch });
  if (!right.allowed) {
    const winners = await waitForLive(context, subject, epoch);
    return winners
      ? reuse(context, winners, known)
      : refuse('resend_too_soon', retryIn(right.retryAfter));
  }
  const now = Date.now();
  const challenge: Challenge = {
    ...subject,
    id: randomId(),
    epoch,
    content,
    delivery: { state: 'sending' },
    createdAt: now,
    // Until the provider says when.
    expiresAt: now + context.chain.codeLifetime * 1000,
    resendAt: right.until,
  };
  const firstFactor = firstFactorFor(challenge, now);
  const attemptsRemaining = context.attempts.onNewChallenge;
  const { until } = right;
  const { ip } = request;
  const send = { challenge, firstFactor, resend: false, until, attemptsRemaining, ip, listed };
  return sendCode(context, send, trace);
}

/** Written before the right to send is taken: a text that cannot be sent must not cost the cool-down. */
function contentFor<TUser>(
  { text, translations }: FlowContext<TUser>,
  { purpose, transaction }: Subject,
  { user, locale }: PhaseRequest<TUser> & { readonly user: TUser },
): Promise<string | undefined> {
  const context: MessageContext<TUser> = {
    user,
    locale: translations.in(locale).locale,
    purpose,
    ...(transaction === undefined ? {} : { transaction: readTransaction(transaction) }),
  };
  return text.for(context, callbackOverdue('content'));
}

interface Live {
  readonly challenge: Challenge;
  readonly attemptsRemaining: number;
}

/** A challenge that can still be answered; `dead` is one that was, and will not be again. */
async function liveOf(
  context: FlowContext<never>,
  id: string | undefined,
  epoch: string | undefined,
): Promise<Live | 'dead' | undefined> {
  if (id === undefined) return undefined;
  const [challenge, attemptsRemaining, used] = await Promise.all([
    context.pending.byId(id),
    context.attempts.remainingOn(id),
    context.singleUse.isClaimed(id),
  ]);
  const now = Date.now();
  // Nobody joins one that is older than a first factor may be: by joining for ever, a challenge
  // could outlive the counts that guard it.
  if (
    !challenge ||
    (epoch !== undefined && challenge.epoch !== epoch) ||
    isOver(challenge.createdAt, challenge.expiresAt, now) ||
    isOver(challenge.createdAt, challenge.createdAt + context.firstFactorMaxAge, now)
  ) {
    return undefined;
  }
  return attemptsRemaining > 0 && !used ? { challenge, attemptsRemaining } : 'dead';
}

/** Milliseconds between looks: a slow Redis may take that long to write. */
const looks = [0, 25, 50, 100, 200, 400];

/** Somebody else has just won the right to send: their challenge is about to be written. */
async function waitForLive(
  context: FlowContext<never>,
  subject: Subject,
  epoch: string | undefined,
): Promise<Live | undefined> {
  for (const pause of looks) {
    await timers.delay(pause);
    const found = await liveOf(context, await context.pending.liveFor(subject), epoch);
    if (found) return found === 'dead' ? undefined : found;
  }
  return undefined;
}

/** A client that holds the challenge already renews its record; any other gets one, and they are counted. */
async function reuse(
  context: FlowContext<never>,
  { challenge, attemptsRemaining }: Live,
  known: FirstFactor | undefined,
): Promise<Outcome<never>> {
  const now = Date.now();
  const renewed = known?.challengeId === challenge.id ? { ...known, at: now } : undefined;
  if (!renewed && !(await context.reuses.isAllowed(challenge.id))) {
    const left = Math.max(challenge.expiresAt - now, 0);
    return refuse('send_limit_reached', { retryAfter: Math.ceil(left / 1000) });
  }
  const firstFactor = renewed ?? firstFactorFor(challenge, now);
  await context.pending.addFirstFactor(firstFactor, context.firstFactorMaxAge * 2);
  const id = writeHandle(challenge, firstFactor);
  return {
    kind: 'challenged',
    challenge: describe(challenge, { id, attemptsRemaining, reused: true }),
    handle: id,
  };
}

function firstFactorFor(challenge: Challenge, at: number): FirstFactor {
  return { id: randomId(), challengeId: challenge.id, at };
}

/**
 * Whether the client is a device that its user has called trusted. Only in a plain login: a step-up
 * and a transaction ask because something is to be proved now, and a device proves nothing.
 */
async function isTrusted<TUser>(
  { deviceChecks, user }: PhaseRequest<TUser>,
  { realm, purpose, userId, destination, transaction }: Subject,
): Promise<boolean> {
  if (purpose !== 'login' || transaction !== undefined) return false;
  for (const check of deviceChecks) {
    if (await check.isTrusted({ realm, user, userId, destination })) return true;
  }
  return false;
}
