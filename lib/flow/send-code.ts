import { type Challenge, lastMessageOf } from '../challenge/challenge.js';
import { asError } from '../errors.js';
import { withRollback } from '../limits/rollback.js';
import type { Admission } from '../limits/sends.js';
import { spokenText } from '../message/sms-text.js';
import { type Outcome, refuse } from '../outcome.js';
import { retryIn } from '../refusal.js';
import type { FlowContext } from './flow-context.js';
import type { PhaseTrace } from './phase-events.js';
import {
  recordDelivery,
  type SendInProgress,
  type SendRequest,
  withdraw,
  withdrawAndRelease,
} from './record-delivery.js';

/**
 * Sends one SMS or makes one call: checks the limits, writes *sending*, calls the provider, writes *sent*. When
 * the answer is lost, writes *unknown*: the code page and the resend still work, and no second message is sent
 * automatically. When provably nothing was sent, withdraws the challenge.
 */
export async function sendCode(
  context: FlowContext<never>,
  request: SendRequest,
  trace: PhaseTrace,
): Promise<Outcome<never>> {
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
    await withdrawAndRelease(context, send);
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
  const outcome = await recordDelivery(context, { ...send, admission }, delivery);
  return (await shown).status === 'fulfilled' ? outcome : showAgain(context, send, outcome);
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

/**
 * Counts the message and writes *sending*, or undoes both. No other client finds a new challenge yet: while an
 * exhausted limit refuses the message, parallel requests must not be promised a code.
 */
function admit(context: FlowContext<never>, send: SendInProgress): Promise<Admission> {
  const { pending, sends } = context;
  const { challenge, firstFactor, sending, until, ip } = send;
  return withRollback(async (step) => {
    await step(Promise.resolve(), () => sends.release(challenge, until));
    const writing = pending.add(sending, firstFactor);
    const [admission] = await Promise.all([
      step(sends.count(challenge, ip), (counted) => counted.allowed && sends.takeBack(counted)),
      writing,
      // Undone even if it fails: a part of it may have been written.
      step(Promise.allSettled([writing]), () => withdraw(context, send)),
    ]);
    return admission;
  });
}

/** Lets other clients find the challenge. */
async function show(
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
    await show(context, send);
    return outcome;
  } catch (failure) {
    if (outcome.kind === 'broken') return outcome;
    return { kind: 'broken', error: asError(failure), handle: outcome.handle };
  }
}
