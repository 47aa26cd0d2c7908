// Runs the phase that a request asks for, and updates the client's handles.
import type { Purpose } from '../challenge/challenge.js';
import type { PresentedHandle } from '../challenge/handle.js';
import type { FlowContext, LoadUser, PhaseRequest } from '../flow/flow-context.js';
import { type PhaseName, withEvents } from '../flow/phase-events.js';
import { resendCode } from '../flow/resend-code.js';
import { startChallenge } from '../flow/start-challenge.js';
import { verifyCode } from '../flow/verify-code.js';
import { verifyRecoveryCode } from '../flow/verify-recovery-code.js';
import type { Outcome, Refused } from '../outcome.js';
import { type RefusalCode, refusals } from '../refusal.js';
import type { Handles } from './client-state.js';
import type { Intent } from './request-body.js';

/** A request that has passed the checks before its phase. */
export interface Ready<TUser> {
  readonly kind: 'ready';
  readonly handles: Handles;
  readonly phase: PhaseRequest<TUser>;
  /** The key of the request's handle in the client's state; undefined while the user is unknown. */
  readonly key: string | undefined;
}

/** Runs the phase on each challenge that the request may refer to. */
export async function runPhases<TUser>(
  context: FlowContext<TUser>,
  intent: Intent,
  { handles, phase, key }: Ready<TUser>,
  load: LoadUser<TUser>,
): Promise<Outcome<TUser>> {
  const { purpose } = phase;
  const candidates = handles
    .for(purpose, key)
    // A recovery code needs no challenge, and must not disturb the one of another tab.
    .filter(({ claimed }) => claimed || intent.kind !== 'recovery' || key === undefined);
  const runOn = async (presented: PresentedHandle | undefined) => {
    const outcome = await run(context, intent, { phase, presented, load });
    if (typeof outcome.handle === 'string' && key !== undefined) {
      handles.keep(purpose, key, outcome.handle);
    }
    if (outcome.handle === null && presented) handles.forget(presented.handle);
    if (outcome.kind === 'verified') handles.outlive(outcome.info);
    return outcome;
  };
  if (intent.kind === 'challenge') return runOn(candidates[0]);
  // With several pending logins in one browser the code may belong to any of them: try the newest first.
  // Each try counts as an attempt on its challenge.
  const refused: Refused[] = [];
  for (const presented of candidates) {
    const outcome = await runOn(presented);
    if (outcome.kind !== 'refused') return outcome;
    refused.push(outcome);
    // One request sends one message: a resend skips only challenges that are gone.
    if (intent.kind === 'resend' && !isOver(outcome)) break;
  }
  const [first = await runOn(undefined)] = refused;
  const incorrect = refused.find(({ refusal: { code } }) => incorrectCodes.has(code));
  return incorrect ?? refused.find((outcome) => !isOver(outcome)) ?? first;
}

interface Run<TUser> {
  readonly phase: PhaseRequest<TUser>;
  readonly presented: PresentedHandle | undefined;
  readonly load: LoadUser<TUser>;
}

function run<TUser>(
  context: FlowContext<TUser>,
  intent: Intent,
  { phase, presented, load }: Run<TUser>,
): Promise<Outcome<TUser>> {
  const name = phaseName(context, intent, phase.purpose, phase.user);
  return withEvents(context, name, (trace) => {
    switch (intent.kind) {
      case 'challenge':
        return startChallenge(context, phase, { held: presented?.handle, load, trace });
      case 'resend':
        return resendCode(context, presented, phase, { channel: intent.channel, trace });
      case 'response':
        return verifyCode(context, presented, phase, { code: intent.code, load, trace });
      case 'recovery':
        return verifyRecoveryCode(context, presented, phase, { code: intent.code, load, trace });
    }
  });
}

/** What the events of a phase say of it before it runs. */
export function phaseName<TUser>(
  { users }: FlowContext<TUser>,
  { kind }: Intent,
  purpose: Purpose,
  user: TUser | undefined,
): PhaseName {
  const userId = user === undefined ? undefined : users.knownId(user);
  return { purpose, userId, phase: phases[kind] };
}

const phases = {
  challenge: 'challenge',
  resend: 'challenge',
  response: 'code',
  recovery: 'code',
} as const satisfies Record<Intent['kind'], PhaseName['phase']>;

/** A code was checked, which says more than why another challenge could not be answered. */
const incorrectCodes: ReadonlySet<RefusalCode> = new Set([
  'code_incorrect',
  'recovery_code_incorrect',
]);

/** Whether the challenge can be neither answered nor resent any more. */
function isOver({ refusal: { code } }: Refused): boolean {
  return refusals[code].isOver;
}
