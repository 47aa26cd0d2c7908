import { isTwoFactorError } from '../errors.js';
import {
  isWatched,
  type OwaspEvent,
  type PhaseDetails,
  type PhaseEvent,
  publish,
} from '../events.js';
import type { About, Outcome, RefusalCode } from '../outcome.js';
import { maskDestination } from '../phone-number.js';
import type { FlowContext, PhaseRequest } from './flow-context.js';

/** Runs a phase, and tells whoever listens how it ended and how long it took. */
export async function watched<TUser>(
  context: FlowContext<TUser>,
  request: PhaseRequest<TUser>,
  phase: 'challenge' | 'code',
  run: () => Promise<Outcome<TUser>>,
): Promise<Outcome<TUser>> {
  if (!isWatched()) return run();
  const startedAt = performance.now();
  const tell = (outcome: Outcome<TUser>) => {
    const details = detailsOf(context, request, outcome.about, performance.now() - startedAt);
    for (const event of eventsOf(outcome, phase)) publish({ ...details, ...event });
  };
  try {
    const outcome = await run();
    tell(outcome);
    return outcome;
  } catch (error) {
    tell({ kind: 'broken', error: Object(error) });
    throw error;
  }
}

/** What is refused, or breaks, before there is a phase: the same events for it. */
export async function watchedBefore<T extends { readonly kind: string }>(
  context: FlowContext<never>,
  request: Early,
  phase: 'challenge' | 'code',
  run: () => Promise<T | Refused>,
): Promise<T | Refused> {
  const startedAt = performance.now();
  const tell = (outcome: Outcome<never>) => {
    if (!isWatched()) return;
    const details = detailsOf(context, request, undefined, performance.now() - startedAt);
    publish({ ...details, ...eventOf(outcome, phase) });
  };
  try {
    const result = await run();
    if (isRefused(result)) tell(result);
    return result;
  } catch (error) {
    tell({ kind: 'broken', error: Object(error) });
    throw error;
  }
}

type Refused = Extract<Outcome<never>, { kind: 'refused' }>;

/** As much as is known of a request before there is a phase. */
type Early = Pick<PhaseDetails, 'purpose' | 'userId'>;

function isRefused(result: { readonly kind: string }): result is Refused {
  return result.kind === 'refused';
}

function detailsOf(
  { strategy, realm }: FlowContext<never>,
  { purpose, userId: known }: Pick<PhaseDetails, 'purpose'> & Partial<Early>,
  about: About | undefined,
  duration: number,
): PhaseDetails {
  const { userId = known, destination } = about?.subject ?? {};
  return {
    strategy,
    realm,
    purpose,
    userId,
    destination: destination === undefined ? undefined : maskDestination(destination),
    requestId: about?.requestId,
    duration,
  };
}

/** An event without what all of them have. */
type Told = PhaseEvent extends infer Event
  ? Event extends PhaseEvent
    ? Omit<Event, keyof PhaseDetails>
    : never
  : never;

function eventsOf(outcome: Outcome<unknown>, phase: 'challenge' | 'code'): readonly Told[] {
  const told = [eventOf(outcome, phase)];
  return outcome.about?.locks
    ? [...told, { name: 'user_locked', owasp: 'authn_login_lock' }]
    : told;
}

function eventOf(outcome: Outcome<unknown>, phase: 'challenge' | 'code'): Told {
  switch (outcome.kind) {
    case 'challenged':
      return outcome.challenge.reused
        ? { name: 'challenge_reused' }
        : {
            name: 'challenge_sent',
            owasp: 'authn_token_created',
            resend: outcome.about?.resend === true,
          };
    case 'verified':
      return {
        name: outcome.info.code === 'verified' ? 'code_accepted' : 'device_used',
        owasp: 'authn_login_success',
      };
    case 'no_user':
      return refusedBy('account_unavailable', phase);
    case 'refused':
      return refusedBy(outcome.refusal.code, phase, outcome.about !== undefined);
    case 'broken':
      return {
        name: 'failed',
        code: isTwoFactorError(outcome.error) ? outcome.error.code : 'unknown',
      };
  }
}

/**
 * @param wasOpen - Whether the challenge could be answered when the request came: one that was used up
 * meanwhile is a double click, and no reuse.
 */
function refusedBy(code: RefusalCode, phase: 'challenge' | 'code', wasOpen = false): Told {
  if (code === 'code_incorrect') return { name: 'code_incorrect', code, owasp: 'authn_login_fail' };
  if (code === 'challenge_expired') {
    return { name: 'code_expired', code, owasp: 'authn_login_fail' };
  }
  const owasp = code === 'challenge_used' && wasOpen ? 'sequence_fail' : owaspNames[code];
  return { name: `${phase}_refused`, code, owasp };
}

const owaspNames: Readonly<Partial<Record<RefusalCode, OwaspEvent>>> = {
  first_factor_required: 'sequence_fail',
  first_factor_expired: 'sequence_fail',
  challenge_not_found: 'sequence_fail',
  delivery_unknown: 'sequence_fail',
  challenge_used: 'authn_token_reuse',
  code_malformed: 'input_validation_fail',
  too_many_attempts: 'authn_login_fail_max',
  user_locked: 'authn_login_lock',
  resend_too_soon: 'excess_rate_limit_exceeded',
  send_limit_reached: 'excess_rate_limit_exceeded',
  transaction_mismatch: 'sequence_fail',
  transaction_unusable: 'input_validation_fail',
  user_changed: 'sequence_fail',
  account_unavailable: 'authn_login_fail',
};
