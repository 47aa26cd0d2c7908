import type { Purpose } from '../challenge.js';
import { SetupError } from '../errors.js';
import { type Pointer, readPointer } from '../pointer.js';
import { field } from './intent.js';

/** As much of a request as a carrier touches. */
export interface CarryingRequest {
  session?: unknown;
  body?: unknown;
}

/** Where a client keeps the pointer to its challenge. */
export interface Carrier {
  read(request: CarryingRequest, purpose: Purpose): Pointer | undefined;
  /** Null forgets it. */
  write(request: CarryingRequest, purpose: Purpose, pointer: string | null): void;
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
    return readPointer(field(field(sessionOf(request), this.key), purpose));
  }

  write(request: CarryingRequest, purpose: Purpose, pointer: string | null): void {
    const session = sessionOf(request);
    const held = Reflect.get(session, this.key);
    const { [purpose]: _replaced, ...others }: Partial<Record<Purpose, unknown>> =
      typeof held === 'object' && held !== null ? held : {};
    const next = pointer === null ? others : { ...others, [purpose]: pointer };
    if (Object.keys(next).length > 0) Reflect.set(session, this.key, next);
    else Reflect.deleteProperty(session, this.key);
  }
}

/** Without sessions the client itself holds the pointer and posts it. */
export class BodyCarrier implements Carrier {
  constructor(private readonly challengeField: string) {}

  read({ body }: CarryingRequest): Pointer | undefined {
    return readPointer(field(body, this.challengeField));
  }

  /** The client gets it in `info.challenge.id`; there is nothing to write. */
  write(): void {}
}

function sessionOf({ session }: CarryingRequest): object {
  if (typeof session === 'object' && session !== null) return session;
  throw new SetupError('session_missing', {
    problem: 'There is no session, and the challenge must be found again when the code comes.',
    cure: "Mount your session middleware (for example express-session) before this route, or set carrier: 'body'.",
  });
}
