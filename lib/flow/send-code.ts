import { type Challenge, type FirstFactor, lastMessageOf } from '../challenge/challenge.js';
import { writeHandle } from '../challenge/handle.js';
import { asError, ProviderReplyError, ProviderUnavailableError } from '../errors.js';
import { publish } from '../events.js';
import { withRollback } from '../limits/rollback.js';
import type { Admission, Admitted } from '../limits/sends.js';
import { measure, spokenText } from '../message/sms-text.js';
import { type Outcome, refuse } from '../outcome.js';
import type { Channel } from '../phone-number.js';
import type { Sending } from '../providers/fallback.js';
import { retryIn } from '../refusal.js';
import { allWritten } from '../storage/records.js';
import { describeChallenge } from './describe-challenge.js';
import type { FlowContext } from './flow-context.js';
import type { PhaseTrace } from './phase-events.js';

/** A message to send. The caller holds the send lock. */
type SendRequest = Message & (NewChallenge | Resend);

interface Message {
  readonly challenge: Challenge;
  readonly firstFactor: FirstFactor;
  readonly channel: Channel;
  /** When the send lock ends, in milliseconds since the epoch. */
  readonly until: number;
  readonly attemptsRemaining: number;
  readonly ip: string | undefined;
}

interface NewChallenge {
  readonly resend: false;
  /** The ids of the user's other challenges. */
  readonly listed: readonly string[];
}

/** The challenge exists already and gets another code. */
interface Resend {
  readonly resend: true;
}

/** A send under way. */
type SendInProgress = SendRequest & {
  readonly startedAt: number;
  /** The previous message of a resend, whose code stays valid. */
  readonly before: ReturnType<typeof lastMessageOf>;
  /** The challenge in the store during the provider's call. */
  readonly sending: Challenge;
};

/** A send whose message is counted. */
type AdmittedSend = SendInProgress & {
  readonly admission: Admitted;
  /** Whether other clients can find it; never rejects. */
  readonly shown: Promise<PromiseSettledResult<void>>;
};

/**
 * Sends one SMS or makes one call: checks the limits, calls the provider and writes *sending*, then writes
 * *sent*. When the answer is lost, writes *unknown*: the code page and the resend still work, and no second
 * message is sent automatically. When provably nothing was sent, withdraws the challenge.
 */
export async function sendCode(
  context: FlowContext<never>,
  request: SendRequest,
  trace: PhaseTrace,
): Promise<Outcome<never>> {
  const { sends } = context;
  const { challenge, channel, resend, until } = request;
  const { destination, content } = challenge;
  const before = lastMessageOf(challenge.delivery);
  const sending: Challenge = {
    ...challenge,
    delivery: { ...before, state: 'sending' },
    resendAt: until,
  };
  const send: SendInProgress = { ...request, startedAt: Date.now(), before, sending };
  const admission = await admit(context, send);
  if (!admission.allowed) {
    await (resend ? sends.release(challenge, until) : withdrawAndRelease(context, send));
    return refuse('send_limit_reached', retryIn(admission.retryAfter));
  }

  // In parallel with the provider's call and with what follows it, to save a round trip.
  const shown = settled(show(context, send));
  const delivery = await context.chain.send({
    channel,
    destination,
    content: channel === 'call' && content !== undefined ? spokenText(content) : content,
    before: resend ? before : {},
  });
  trace.requestId = 'requestId' in delivery ? delivery.requestId : undefined;
  trace.resend = resend;
  // Whatever became of the other write: other clients must not wait for a message that was never sent.
  const outcome = await recordDelivery(context, { ...send, admission, shown }, delivery);
  return (await shown).status === 'fulfilled' ? outcome : showAgain(context, send, outcome);
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

/** Records what has become of a message. */
async function recordDelivery(
  context: FlowContext<never>,
  send: AdmittedSend,
  delivery: Sending,
): Promise<Outcome<never>> {
  const { sends } = context;
  const { challenge, firstFactor, admission, shown } = send;
  // *sending* must not be written after the outcome.
  if (delivery.kind !== 'sent') await shown;
  switch (delivery.kind) {
    case 'sent':
      return recordSent(context, send, delivery);
    case 'failed': {
      const { error, provider } = delivery;
      if (!delivery.neverSent) {
        await recordUnknown(context, send, provider);
        return { kind: 'broken', error, handle: writeHandle(challenge, firstFactor) };
      }
      const isUnreachable = error instanceof ProviderUnavailableError;
      await Promise.all([
        withdrawAndRelease(context, send),
        isUnreachable ? sends.takeBack(admission) : sends.recordRejected(admission),
      ]);
      return { kind: 'broken', error };
    }
    case 'number_refused':
      publish({
        name: 'destination_unusable',
        ...named(challenge),
        reason: 'refused_by_provider',
      });
      // Not given back: requests for refused numbers count towards the hourly limits.
      await withdrawAndRelease(context, send);
      return refuse('destination_unusable');
    case 'not_sent':
      await Promise.all([withdrawAndRelease(context, send), sends.recordRejected(admission)]);
      return refuse('code_not_sent');
    case 'throttled':
      // Keep the send lock: an immediate retry would only prolong the throttling.
      await Promise.all([withdraw(context, send), sends.recordRejected(admission)]);
      return refuse('send_limit_reached', retryIn(delivery.retryAfter));
  }
}

/**
 * Counts the message and adds a new challenge, or undoes both. No client finds the challenge yet: while an
 * exhausted limit refuses the message, parallel requests must not be promised a code.
 */
function admit(context: FlowContext<never>, send: SendInProgress): Promise<Admission> {
  const { pending, sends } = context;
  const { challenge, firstFactor, sending, resend, until, ip } = send;
  return withRollback(async (step) => {
    await step(Promise.resolve(), () => sends.release(challenge, until));
    const counting = step(
      sends.count(challenge, ip),
      (counted) => counted.allowed && sends.takeBack(counted),
    );
    if (resend) return counting;
    const adding = pending.add(sending, firstFactor);
    const [admission] = await Promise.all([
      counting,
      adding,
      // Undone even if it fails: a part of it may have been written.
      step(Promise.allSettled([adding]), () => withdraw(context, send)),
    ]);
    return admission;
  });
}

/** Lets other clients find a new challenge, or see that another code is being sent. */
async function show(context: FlowContext<never>, send: SendInProgress): Promise<void> {
  const findable = makeFindable(context, send);
  const { sending, firstFactor, resend } = send;
  // Both are awaited, even if one fails.
  await (resend ? allWritten(findable, context.pending.add(sending, firstFactor)) : findable);
}

async function makeFindable(
  { pending, userChallenges }: FlowContext<never>,
  send: SendInProgress,
): Promise<void> {
  await Promise.all([
    pending.makeLive(send.sending),
    !send.resend && userChallenges.list(send.challenge, send.listed),
  ]);
}

/**
 * Makes a message that was or may have been sent visible to other clients after all. If that fails too, this
 * request fails, but its client keeps the handle, so that the code works.
 */
async function showAgain(
  context: FlowContext<never>,
  send: SendInProgress,
  outcome: Outcome<never>,
): Promise<Outcome<never>> {
  if (typeof outcome.handle !== 'string') return outcome;
  try {
    await makeFindable(context, send);
    return outcome;
  } catch (failure) {
    if (outcome.kind === 'broken') return outcome;
    return { kind: 'broken', error: asError(failure), handle: outcome.handle };
  }
}

/** Writes *sent*, unless the provider's id belongs to another challenge already. */
async function recordSent(
  context: FlowContext<never>,
  send: AdmittedSend,
  delivery: Extract<Sending, { kind: 'sent' }>,
): Promise<Outcome<never>> {
  const { challenge, firstFactor, channel, before, sending, startedAt, attemptsRemaining } = send;
  const { reference, provider, messageId, uniqueId = reference, requestId } = delivery;
  const handle = writeHandle(challenge, firstFactor);
  // When the provider resends the same code, its reference stays the same.
  const isSameCode = send.resend && reference === before.reference;
  const [isUnique, cancelled] = await Promise.all([
    isSameCode || context.singleUse.claimReference(provider, uniqueId),
    context.userChallenges.isCancelled(challenge),
    // *sending* must not be written after *sent*.
    send.shown,
  ]);
  if (!isUnique) {
    await recordUnknown(context, send, provider);
    return { kind: 'broken', error: referenceRepeated(requestId), handle };
  }
  const sent: Challenge = {
    ...sending,
    delivery: { state: 'sent', reference, provider, channel, messageId },
    expiresAt: startedAt + delivery.codeLifetime * 1000,
    unanswered: (challenge.unanswered ?? 0) + 1,
  };
  await Promise.all([
    save(context, sent, cancelled),
    context.sends.recordSent(send.admission),
    messageId !== undefined &&
      context.receipts.expect(messageId, Date.now() + context.pending.timeToLive(sent)),
  ]);
  if (channel === 'sms' && challenge.content !== undefined) await measure(challenge.content);
  const info = describeChallenge(context, sent, { id: handle, attemptsRemaining, reused: false });
  return { kind: 'challenged', challenge: info, handle };
}

/** Writes *unknown*: an earlier code stays valid, and another provider sends the next one. */
async function recordUnknown(
  context: FlowContext<never>,
  { challenge, sending, before, admission }: AdmittedSend,
  lostBy: string,
): Promise<void> {
  const delivery = { ...before, state: 'unknown', lostBy } as const;
  await Promise.all([
    save(context, { ...sending, delivery }),
    context.sends.recordUnknown(admission, challenge),
  ]);
}

/** Withdraws a message that was not sent, and allows another at once. */
async function withdrawAndRelease(
  context: FlowContext<never>,
  send: SendInProgress,
): Promise<void> {
  const { challenge, until } = send;
  await Promise.all([withdraw(context, send), context.sends.release(challenge, until)]);
}

/** Restores a challenge that was to be resent, or removes a new one. */
async function withdraw(
  context: FlowContext<never>,
  { challenge, firstFactor, resend }: SendInProgress,
): Promise<void> {
  await (resend ? save(context, challenge) : context.pending.remove(challenge, firstFactor));
}

/** Writes a challenge, unless `cancel` or `forget` was called during the provider's call. */
async function save(
  context: FlowContext<never>,
  challenge: Challenge,
  cancelled?: boolean,
): Promise<void> {
  const { pending, userChallenges } = context;
  if (cancelled ?? (await userChallenges.isCancelled(challenge))) await pending.erase(challenge.id);
  else await pending.update(challenge);
}

function referenceRepeated(requestId: string | undefined): ProviderReplyError {
  return new ProviderReplyError({
    problem: 'The provider returned an id that another challenge already has.',
    hint: 'It may have answered twice on one connection: set the provider\'s option "agent" to one without keep-alive, and quote the request id to its support desk.',
    requestId,
  });
}

/** The details of an event that name the user. */
function named({ strategy, realm, purpose, userId }: Challenge) {
  return { strategy, realm, purpose, userId };
}
