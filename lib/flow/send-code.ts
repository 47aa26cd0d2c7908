import { type Challenge, describe, type FirstFactor, traceOf } from '../challenge/challenge.js';
import { writeHandle } from '../challenge/handle.js';
import { ProviderReplyError, ProviderUnavailableError } from '../errors.js';
import { publish } from '../events.js';
import { withRollback } from '../limits/counter.js';
import { measure } from '../message/sms-text.js';
import { type Outcome, refuse, retryIn } from '../outcome.js';
import type { FlowContext } from './flow-context.js';
import type { PhaseTrace } from './phase-events.js';

/** A message to send. The caller holds the send lock. */
interface SendRequest {
  readonly challenge: Challenge;
  readonly firstFactor: FirstFactor;
  /** True when the challenge exists already and gets another code. */
  readonly resend: boolean;
  /** When the send lock ends, in milliseconds since the epoch. */
  readonly until: number;
  readonly attemptsRemaining: number;
  readonly ip: string | undefined;
  /** For a new challenge: the ids of the user's other challenges. */
  readonly listed?: readonly string[];
}

/**
 * Sends one SMS: checks the limits, writes *sending*, calls the provider, writes *sent*. When the
 * answer is lost, writes *unknown*: the code page and the resend still work, and no second SMS is sent
 * automatically. When provably nothing was sent, withdraws the challenge.
 */
export async function sendCode(
  context: FlowContext<never>,
  { challenge, firstFactor, resend, until, attemptsRemaining, ip, listed }: SendRequest,
  trace: PhaseTrace,
): Promise<Outcome<never>> {
  const { pending, sends } = context;
  const startedAt = Date.now();
  const before = traceOf(challenge.delivery);
  const sending: Challenge = {
    ...challenge,
    delivery: { ...before, state: 'sending' },
    resendAt: until,
  };
  // `cancel` and `forget` may run during the provider's call; what they erased must not be written again.
  const isCancelled = () => context.userChallenges.isCancelled(challenge);
  const save = async (next: Challenge, cancelled?: boolean) => {
    if (cancelled ?? (await isCancelled())) await pending.erase(challenge.id);
    else await pending.update(next, timeToLive(context, next));
  };
  const withdraw = () => (resend ? save(challenge) : pending.remove(challenge, firstFactor));
  const release = () => sends.release(challenge, until);

  const done = Promise.resolve();
  const admission = await withRollback(async (step) => {
    await step(done, release);
    const counted = await step(
      sends.count(challenge, ip),
      (taken) => taken.allowed && sends.takeBack(taken),
    );
    if (counted.allowed) {
      // A partial write must be undone too: no client may find a challenge that is never sent.
      await step(done, withdraw);
      await Promise.all([
        pending.add(sending, firstFactor, timeToLive(context, sending)),
        listed && context.userChallenges.list(challenge, listed),
      ]);
    }
    return counted;
  });
  if (!admission.allowed) {
    await release();
    return refuse('send_limit_reached', retryIn(admission.retryAfter));
  }
  const undo = () => Promise.all([withdraw(), release(), sends.takeBack(admission)]);
  const turnAway = () => Promise.all([withdraw(), release(), sends.turnAway(admission)]);
  const handle = writeHandle(challenge, firstFactor);

  const { destination, content } = challenge;
  const delivery = await context.chain.send({ destination, content, before: resend ? before : {} });
  const requestId = 'requestId' in delivery ? delivery.requestId : undefined;
  trace.requestId = requestId;
  trace.resend = resend;
  switch (delivery.kind) {
    case 'sent': {
      const { reference, provider, messageId, uniqueId = reference } = delivery;
      // When the provider resends the same code, its reference stays the same.
      const isSameCode = resend && reference === before.reference;
      const [isUnique, cancelled] = await Promise.all([
        isSameCode || context.singleUse.claimReference(provider, uniqueId),
        isCancelled(),
      ]);
      if (!isUnique) {
        const unknown = unanswered(sending, before, provider);
        await Promise.all([save(unknown), sends.lose(admission, challenge)]);
        return { kind: 'broken', error: referenceRepeated(requestId), handle };
      }
      const sent: Challenge = {
        ...sending,
        delivery: { state: 'sent', reference, provider, messageId },
        expiresAt: startedAt + delivery.codeLifetime * 1000,
        unanswered: (challenge.unanswered ?? 0) + 1,
      };
      await Promise.all([
        save(sent, cancelled),
        sends.sent(admission),
        messageId !== undefined &&
          context.receipts.expect(messageId, Date.now() + timeToLive(context, sent)),
      ]);
      if (content !== undefined) await measure(content);
      const info = describe(sent, { id: handle, attemptsRemaining, reused: false });
      return { kind: 'challenged', challenge: info, handle };
    }
    case 'failed': {
      const { error, provider } = delivery;
      if (delivery.neverSent) {
        if (error instanceof ProviderUnavailableError) await undo();
        else await turnAway();
        return { kind: 'broken', error };
      }
      const unknown = unanswered(sending, before, provider);
      await Promise.all([save(unknown), sends.lose(admission, challenge)]);
      return { kind: 'broken', error, handle };
    }
    case 'refused':
      publish({
        name: 'destination_unusable',
        ...named(challenge),
        reason: 'refused_by_provider',
      });
      // Not given back: requests for refused numbers count towards the hourly limits.
      await Promise.all([withdraw(), release()]);
      return refuse('destination_unusable');
    case 'rejected':
      await turnAway();
      return refuse('code_not_sent');
    case 'throttled':
      // Keep the send lock: an immediate retry would only prolong the throttling.
      await Promise.all([withdraw(), sends.turnAway(admission)]);
      return refuse('send_limit_reached', retryIn(delivery.retryAfter));
  }
}

/** The outcome is unknown: an earlier code stays valid, and another provider sends the next one. */
function unanswered(
  sending: Challenge,
  before: ReturnType<typeof traceOf>,
  lostBy: string,
): Challenge {
  return { ...sending, delivery: { ...before, state: 'unknown', lostBy } };
}

function referenceRepeated(requestId: string | undefined): ProviderReplyError {
  return new ProviderReplyError({
    problem: 'The provider returned an id that another challenge already has.',
    hint: 'It may have answered twice on one connection: set the provider\'s option "agent" to one without keep-alive, and quote the request id to its support desk.',
    requestId,
  });
}

/** Keeps a record beyond its expiry, so that a late client gets `challenge_expired` and can resend. */
function timeToLive(context: FlowContext<never>, challenge: Challenge): number {
  return Math.max(challenge.expiresAt - Date.now(), 0) + context.firstFactorMaxAge;
}

/** The details of an event that name the user. */
function named({ strategy, realm, purpose, userId }: Challenge) {
  return { strategy, realm, purpose, userId };
}
