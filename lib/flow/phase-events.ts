import type { Respondent } from '../challenge/challenge.js';
import { isTwoFactorError } from '../errors.js';
import { isWatched, type PhaseDetails, type PhaseEvent, publish } from '../events.js';
import type { Outcome, SuccessInfo, VerifiedInfo } from '../outcome.js';
import { maskDestination } from '../phone-number.js';
import { type RefusalCode, refusals } from '../refusal.js';
import type { FlowContext } from './flow-context.js';

/** Collects details for the events of a phase while it runs, whatever its outcome. */
export interface PhaseTrace {
  /**
   * Set as soon as the subject is known. In a resend and in phase two: not if the challenge had been used
   * before the request.
   */
  subject?: Respondent;
  /** The provider's own id of the request. */
  requestId?: string | undefined;
  /** Whether this failure locks the user. */
  locks?: boolean;
  /** Whether the user requested another code. */
  resend?: boolean;
}

/** The details of an event that are known before its phase runs. */
export interface PhaseName extends Pick<PhaseDetails, 'purpose' | 'userId'> {
  readonly phase: 'challenge' | 'code';
}

/** Runs a phase, or the checks before one, and publishes its outcome and duration. */
export async function withEvents<Result extends Outcome<unknown> | { readonly kind: 'ready' }>(
  context: FlowContext<never>,
  name: PhaseName,
  run: (trace: PhaseTrace) => Promise<Result>,
): Promise<Result> {
  const trace: PhaseTrace = {};
  if (!isWatched()) return run(trace);
  const startedAt = performance.now();
  const publishOutcome = (outcome: Outcome<unknown>) => {
    const details = detailsOf(context, name, trace, performance.now() - startedAt);
    for (const event of eventsOf(outcome, name.phase, trace)) publish({ ...details, ...event });
  };
  try {
    const result = await run(trace);
    if (result.kind !== 'ready') publishOutcome(result);
    return result;
  } catch (error) {
    publishOutcome({ kind: 'broken', error: Object(error) });
    throw error;
  }
}

function detailsOf(
  { strategy, realm }: FlowContext<never>,
  { purpose, userId: known }: PhaseName,
  { subject, requestId }: PhaseTrace,
  duration: number,
): PhaseDetails {
  const { userId = known, destination } = subject ?? {};
  return {
    strategy,
    realm,
    purpose,
    userId,
    destination: destination === undefined ? undefined : maskDestination(destination),
    requestId,
    duration,
  };
}

/** An event without the details that all events share. */
type OwnDetails = PhaseEvent extends infer Event
  ? Event extends PhaseEvent
    ? Omit<Event, keyof PhaseDetails>
    : never
  : never;

function eventsOf(
  outcome: Outcome<unknown>,
  phase: PhaseName['phase'],
  trace: PhaseTrace,
): readonly OwnDetails[] {
  const event = eventOf(outcome, phase, trace);
  return trace.locks ? [event, { name: 'user_locked', owasp: 'authn_login_lock' }] : [event];
}

function eventOf(
  outcome: Outcome<unknown>,
  phase: PhaseName['phase'],
  { subject, resend = false }: PhaseTrace,
): OwnDetails {
  switch (outcome.kind) {
    case 'challenged':
      return outcome.challenge.reused
        ? { name: 'challenge_reused' }
        : {
            name: 'challenge_sent',
            owasp: 'authn_token_created',
            resend,
            channel: outcome.challenge.channel,
          };
    case 'verified':
      return acceptedBy(outcome.info);
    case 'no_user':
      return refusedBy('account_unavailable', phase);
    case 'refused':
      return refusedBy(outcome.refusal.code, phase, subject !== undefined);
    case 'broken':
      return {
        name: 'failed',
        code: isTwoFactorError(outcome.error) ? outcome.error.code : 'unknown',
      };
  }
}

function acceptedBy(info: SuccessInfo): OwnDetails {
  const owasp = 'authn_login_success';
  switch (info.code) {
    case 'verified':
      return verifiedBy(info);
    case 'trusted_device':
      return { name: 'device_used', owasp };
    case 'not_required':
      return { name: 'second_factor_not_required', owasp };
  }
}

function verifiedBy(info: VerifiedInfo): OwnDetails {
  const owasp = 'authn_login_success';
  return info.method === 'recovery_code'
    ? { name: 'recovery_code_used', owasp, remaining: info.recoveryCodesRemaining }
    : { name: 'code_accepted', owasp, method: info.method };
}

/**
 * @param wasUnused - Whether the challenge was unused when the request found it. If it is refused as used
 * all the same, it was used or cancelled in the meantime (a double click, `cancel`) or the provider says
 * so: a step out of sequence, not the reuse of a token.
 */
function refusedBy(code: RefusalCode, phase: PhaseName['phase'], wasUnused = false): OwnDetails {
  if (code === 'code_incorrect') return { name: code, code, owasp: refusals[code].owasp };
  if (code === 'challenge_expired') {
    return { name: 'code_expired', code, owasp: refusals[code].owasp };
  }
  const owasp = code === 'challenge_used' && wasUnused ? 'sequence_fail' : refusals[code].owasp;
  return { name: `${phase}_refused`, code, owasp };
}
