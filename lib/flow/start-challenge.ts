import { type Challenge, newFirstFactor, randomId, type Subject } from '../challenge/challenge.js';
import type { Handle } from '../challenge/handle.js';
import { readTransaction } from '../challenge/transaction.js';
import type { MessageContext } from '../message/sms-text.js';
import { type Outcome, refuse } from '../outcome.js';
import { retryIn } from '../refusal.js';
import type { FlowContext, LoadUser, PhaseRequest } from './flow-context.js';
import { liveOf, reuse, waitForLive } from './live-challenge.js';
import { loadUser } from './load-user.js';
import type { PhaseTrace } from './phase-events.js';
import { notRequiredInfo, trustedDeviceInfo } from './proof.js';
import { sendCode } from './send-code.js';
import { callbackOverdue } from './users.js';

/** The input of phase one, besides the request. */
interface Start<TUser> {
  /** The handle that this client holds for the same subject. */
  readonly held: Handle | undefined;
  /** Loads the user when a trusted device replaces the code. */
  readonly load: LoadUser<TUser>;
  readonly trace: PhaseTrace;
}

/**
 * Phase one: sends a code to a user who has passed the first factor. A live challenge for the same
 * subject is reused, so that a double click, a retry, another tab or another node sends no second SMS.
 */
export async function startChallenge<TUser>(
  context: FlowContext<TUser>,
  request: PhaseRequest<TUser>,
  { held, load, trace }: Start<TUser>,
): Promise<Outcome<TUser>> {
  const { user } = request;
  if (user === undefined) return refuse('first_factor_required');
  // First: a user who needs no second factor may have no number, and is not stopped by its limits.
  if (isPlainLogin(request) && !(await request.isRequired(user))) {
    return { kind: 'verified', user, info: notRequiredInfo(), handle: null };
  }
  const read = await readSubject(context, request, user);
  if (!read.ok) return refuse(read.code);
  const { subject } = read;
  trace.subject = subject;
  const [lock, epoch, listed, heldFirstFactor, reference] = await Promise.all([
    context.attempts.lockOf(subject),
    context.userChallenges.epochOf(subject),
    context.userChallenges.listOf(subject),
    held && context.pending.firstFactor(held.firstFactorId),
    context.pending.liveFor(subject),
  ]);
  if (lock) return refuse('user_locked', retryIn(lock.retryAfter));
  if (await isTrusted(request, subject)) {
    const firstFactorAt = Date.now();
    return loadUser(context, subject, { load, infoFor: trustedDeviceInfo, firstFactorAt });
  }
  // A closed challenge need not be read.
  const live = reference?.isClosed ? undefined : await liveOf(context, reference, epoch);
  if (live && live !== 'spent') return reuse(context, live, heldFirstFactor);

  const content = await contentFor(context, subject, { ...request, user });
  const firstNumber = subject.purpose === 'enrol' && (await context.users.hasNoNumber(user));
  const sendLock = await context.sends.claim({ ...subject, epoch });
  if (!sendLock.allowed) {
    const concurrent = await waitForLive(context, subject, epoch);
    return concurrent
      ? reuse(context, concurrent, heldFirstFactor)
      : refuse('resend_too_soon', retryIn(sendLock.retryAfter));
  }
  const { until } = sendLock;
  const challenge = newChallenge(context, {
    ...subject,
    epoch,
    content,
    firstNumber,
    resendAt: until,
  });
  const firstFactor = newFirstFactor(challenge, challenge.createdAt);
  const attemptsRemaining = context.attempts.onNewChallenge;
  const { ip } = request;
  const send = { challenge, firstFactor, until, attemptsRemaining, ip, listed };
  return sendCode(context, { ...send, channel: 'sms', resend: false }, trace);
}

/** The subject of a request, or the reason why its number cannot receive an SMS. */
type SubjectResult =
  | { readonly ok: true; readonly subject: Subject }
  | { readonly ok: false; readonly code: 'destination_missing' | 'destination_unusable' };

async function readSubject<TUser>(
  { realm, strategy, users }: FlowContext<TUser>,
  { purpose, transaction, newDestination }: PhaseRequest<TUser>,
  user: TUser,
): Promise<SubjectResult> {
  const userId = users.idOf(user);
  const read =
    purpose === 'enrol'
      ? users.checkDestination(newDestination, { userId, purpose })
      : await users.destinationOf(user, purpose);
  if (!read.usable) {
    const code = read.problem === 'missing' ? 'destination_missing' : 'destination_unusable';
    return { ok: false, code };
  }
  const { number: destination } = read;
  const userVersion = users.versionOf(user);
  return {
    ok: true,
    subject: { realm, strategy, purpose, userId, destination, transaction, userVersion },
  };
}

function newChallenge(
  { chain }: FlowContext<never>,
  details: Subject & Pick<Challenge, 'content' | 'firstNumber' | 'resendAt'>,
): Challenge {
  const now = Date.now();
  return {
    ...details,
    id: randomId(),
    delivery: { state: 'sending' },
    createdAt: now,
    // An estimate, until the provider has answered.
    expiresAt: now + chain.codeLifetime * 1000,
  };
}

/** Called before the send lock is taken: content that cannot be sent must not start the cooldown. */
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

/** Whether the code may be left out at all: a step-up, a transaction and a new number need fresh proof. */
function isPlainLogin({ purpose, transaction }: Pick<Subject, 'purpose' | 'transaction'>): boolean {
  return purpose === 'login' && transaction === undefined;
}

/** Whether the client is one of the user's trusted devices. */
async function isTrusted<TUser>(
  { deviceChecks, user }: PhaseRequest<TUser>,
  subject: Subject,
): Promise<boolean> {
  if (!isPlainLogin(subject)) return false;
  const { realm, userId, destination } = subject;
  for (const check of deviceChecks) {
    if (await check.isTrusted({ realm, user, userId, destination })) return true;
  }
  return false;
}
