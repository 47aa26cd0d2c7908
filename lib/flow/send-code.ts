import { type Challenge, describe, type FirstFactor, traceOf } from '../challenge/challenge.js';
import { writeHandle } from '../challenge/handle.js';
import { ProviderReplyError, ProviderUnavailableError } from '../errors.js';
import { publish } from '../events.js';
import { withRollback } from '../limits/counter.js';
import { measure } from '../message/sms-text.js';
import { type Outcome, refuse, retryIn } from '../outcome.js';
import type { FlowContext } from './flow-context.js';
import type { PhaseTrace } from './phase-events.js';

/** One message, asked for by one client that holds the right to send it. */
interface SendRequest {
  readonly challenge: Challenge;
  readonly firstFactor: FirstFactor;
  /** True when the challenge is there already and gets another code. */
  readonly resend: boolean;
  /** How long the right to send is held, in milliseconds since the epoch. */
  readonly until: number;
  readonly attemptsRemaining: number;
  readonly ip: string | undefined;
  /** With a new challenge: the user's others, by their ids. */
  readonly listed?: readonly string[];
}

/**
 * Sends one SMS: limits, then *sending* is written, then the provider is asked, then *sent* is
 * written. When the answer is lost, *unknown* is written: the code page and the resend go on, and no
 * second SMS goes out by itself. When provably nothing was sent, the challenge is withdrawn.
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
  // What is cancelled, and perhaps erased, while the provider is asked must not be written again.
  const isCancelled = () => context.userChallenges.isCancelled(challenge);
  const save = async (next: Challenge, cancelled?: boolean) => {
    if (cancelled ?? (await isCancelled())) await pending.erase(challenge.id);
    else await pending.update(next, timeToLive(context, next));
  };
  const withdraw = () => (resend ? save(challenge) : pending.remove(challenge, firstFactor));
  const release = () => sends.release(challenge, until);

  const right = Promise.resolve();
  const admission = await withRollback(async (step) => {
    await step(right, release);
    const counted = await step(
      sends.count(challenge, ip),
      (taken) => taken.allowed && sends.takeBack(taken),
    );
    if (counted.allowed) {
      // Of several records one may have been written: nothing may be found that is never sent.
      await step(right, withdraw);
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
      // The same code sent once more is the same challenge of the provider's.
      const known = reference === before.reference && resend;
      const [isOfStrategy, cancelled] = await Promise.all([
        known || context.singleUse.claimReference(provider, uniqueId),
        isCancelled(),
      ]);
      if (!isOfStrategy) {
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
      // Stays counted for the hour: asking for a number that is refused is asking.
      await Promise.all([withdraw(), release()]);
      return refuse('destination_unusable');
    case 'rejected':
      await turnAway();
      return refuse('code_not_sent');
    case 'throttled':
      // The right to send stays taken: whoever tries again at once must not feed the throttle.
      await Promise.all([withdraw(), sends.turnAway(admission)]);
      return refuse('send_limit_reached', retryIn(delivery.retryAfter));
  }
}

/** Nobody knows what this provider sent; a code from before stays good, and the next one is another's to send. */
function unanswered(
  sending: Challenge,
  before: ReturnType<typeof traceOf>,
  lostBy: string,
): Challenge {
  return { ...sending, delivery: { ...before, state: 'unknown', lostBy } };
}

function referenceRepeated(requestId: string | undefined): ProviderReplyError {
  return new ProviderReplyError({
    problem: 'The provider gave a challenge an id that another challenge has already.',
    hint: 'An answer may have come twice: give the provider an "agent" without keep-alive, and quote the request id to its support desk.',
    requestId,
  });
}

/** A record stays findable past its end, so that a late client hears 'expired' and can resend. */
function timeToLive(context: FlowContext<never>, challenge: Challenge): number {
  return Math.max(challenge.expiresAt - Date.now(), 0) + context.firstFactorMaxAge;
}

/** Whom and what an event is about. */
function named({ strategy, realm, purpose, userId }: Challenge) {
  return { strategy, realm, purpose, userId };
}
