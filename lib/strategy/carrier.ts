import type { Purpose } from '../challenge.js';
import { type Outcome, type RefusalCode, refuse } from '../outcome.js';
import { type Pointer, readPointer } from '../pointer.js';
import { field } from './intent.js';
import { sessionMissing } from './mistakes.js';
import { type CarryingRequest, forgetKey, isObject, readKey } from './session.js';

/** Where a client keeps the pointer to its challenge. */
export interface Carrier {
  read(request: CarryingRequest, purpose: Purpose): Pointer | undefined;
  /** Null forgets it. */
  write(request: CarryingRequest, purpose: Purpose, pointer: string | null): void;
  /** What the client hears. */
  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser>;
}

/**
 * The session holds one key of ours, with one pointer for each purpose. It is assigned whole or
 * deleted: some session stores do not notice a change inside of it (@fastify/secure-session).
 */
export class SessionCarrier implements Carrier {
  private readonly key: string;

  constructor(strategy: string) {
    this.key = `two-factor:${strategy}`;
  }

  read(request: CarryingRequest, purpose: Purpose): Pointer | undefined {
    return readPointer(field(readKey(sessionOf(request), this.key), purpose));
  }

  write(request: CarryingRequest, purpose: Purpose, pointer: string | null): void {
    const session = sessionOf(request);
    const held = readKey(session, this.key);
    const { [purpose]: _replaced, ...others }: Partial<Record<Purpose, unknown>> = isObject(held)
      ? held
      : {};
    const next = pointer === null ? others : { ...others, [purpose]: pointer };
    if (Object.keys(next).length > 0) Reflect.set(session, this.key, next);
    else forgetKey(session, this.key);
  }

  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser> {
    return outcome;
  }
}

/** What would tell whoever posts an id that it is, or was, somebody's. */
const tellingOfIds: ReadonlySet<RefusalCode> = new Set([
  'challenge_used',
  'challenge_expired',
  'user_changed',
]);

/** Without sessions the client itself holds the pointer and posts it. */
export class BodyCarrier implements Carrier {
  constructor(private readonly challengeField: string) {}

  read({ body }: CarryingRequest): Pointer | undefined {
    return readPointer(field(body, this.challengeField));
  }

  write(): void {}

  /**
   * The client gets its id in `info.challenge.id`. One that is used, expired or somebody else's is as
   * good as invented: one refusal, without a detail.
   */
  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser> {
    if (outcome.kind === 'challenged') {
      return { ...outcome, challenge: { id: outcome.pointer, ...outcome.challenge } };
    }
    return outcome.kind === 'refused' && tellingOfIds.has(outcome.refusal.code)
      ? { ...outcome, ...refuse('challenge_missing') }
      : outcome;
  }
}

function sessionOf({ session }: CarryingRequest): object {
  if (isObject(session)) return session;
  throw sessionMissing();
}
