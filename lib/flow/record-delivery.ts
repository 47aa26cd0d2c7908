// What a send leaves in the storage, by what became of its message.
import type { Challenge, FirstFactor, lastMessageOf } from '../challenge/challenge.js';
import { writeHandle } from '../challenge/handle.js';
import { ProviderReplyError, ProviderUnavailableError } from '../errors.js';
import { publish } from '../events.js';
import type { Admitted } from '../limits/sends.js';
import { measure } from '../message/sms-text.js';
import { type Outcome, refuse } from '../outcome.js';
import type { Channel } from '../phone-number.js';
import type { Sending } from '../providers/fallback.js';
import { retryIn } from '../refusal.js';
import { describeChallenge } from './describe-challenge.js';
import type { FlowContext } from './flow-context.js';

/** A message to send. The caller holds the send lock. */
export type SendRequest = Message & (NewChallenge | Resend);

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
export type SendInProgress = SendRequest & {
  readonly startedAt: number;
  /** The previous message of a resend, whose code stays valid. */
  readonly before: ReturnType<typeof lastMessageOf>;
  /** The challenge in the store during the provider's call. */
  readonly sending: Challenge;
};

/** A send whose message is counted. */
type AdmittedSend = SendInProgress & {
  readonly admission: Admitted;
};

/** Records what has become of a message. */
export async function recordDelivery(
  context: FlowContext<never>,
  send: AdmittedSend,
  delivery: Sending,
): Promise<Outcome<never>> {
  const { sends } = context;
  const { challenge, firstFactor, admission } = send;
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
export async function withdrawAndRelease(
  context: FlowContext<never>,
  send: SendInProgress,
): Promise<void> {
  const { challenge, until } = send;
  await Promise.all([withdraw(context, send), context.sends.release(challenge, until)]);
}

/** Restores a challenge that was to be resent, or removes a new one. */
export async function withdraw(
  context: FlowContext<never>,
  { challenge, firstFactor, resend }: SendInProgress,
): Promise<void> {
  const { pending } = context;
  if (resend) return save(context, challenge);
  try {
    await pending.remove(challenge, firstFactor);
  } catch (failure) {
    // At least no other client may reuse it, and wait for a code that was never sent.
    await pending.close(challenge);
    throw failure;
  }
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
