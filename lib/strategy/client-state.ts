import type { Purpose } from '../challenge/challenge.js';
import { type Handle, handleText, type PresentedHandle, readHandle } from '../challenge/handle.js';
import { type Outcome, type RefusalCode, refuse } from '../outcome.js';
import { sessionMissing } from './configuration-errors.js';
import { field } from './request-body.js';
import { type CarryingRequest, forgetKey, isObject, readKey } from './session.js';

/** Where a client keeps the handles to its challenges. */
export interface ClientState {
  /** @throws {ConfigurationError} `session_missing` */
  open(request: CarryingRequest): Handles;
  /** What the client hears. */
  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser>;
}

/** The handles of one client. */
export interface Handles {
  /**
   * Those that a request may mean, the likeliest first.
   *
   * @param key - What the request is about (`handleKey`); undefined while its user is not known.
   */
  for(purpose: Purpose, key: string | undefined): readonly PresentedHandle[];
  keep(purpose: Purpose, key: string, handle: string): void;
  forget(handle: Handle): void;
  /** What is left survives the login that this info ends in, and that renews the session. */
  outlive(info: object): void;
}

/** As many things as one browser may have under way; of more the oldest is given up. */
const mostHandles = 8;

/** One handle in a session, under what it is for. */
interface Kept {
  readonly purpose: string;
  readonly key: string;
  readonly handle: Handle;
}

const kept = /^(login|step-up|enrol):([\w-]{22}):([\w.-]{45})$/;

/**
 * The session holds one key of ours, a list with the newest handle last. It is assigned whole or
 * deleted: some session stores do not notice a change inside of it (@fastify/secure-session).
 */
export class SessionState implements ClientState {
  private readonly sessionKey: string;

  constructor(
    strategy: string,
    private readonly challengeField: string,
  ) {
    this.sessionKey = `two-factor:${strategy}`;
  }

  open(request: CarryingRequest): Handles {
    const session = sessionOf(request);
    const { sessionKey } = this;
    const list = () => readList(readKey(session, sessionKey));
    const write = (next: readonly Kept[]) => {
      if (next.length === 0) forgetKey(session, sessionKey);
      else Reflect.set(session, sessionKey, next.slice(-mostHandles).map(writeKept));
    };
    const named = readHandle(field(request.body, this.challengeField));
    return {
      for: (purpose, key) => {
        const ours = list().filter((each) => each.purpose === purpose);
        const claimed = (chosen: readonly Kept[]) =>
          chosen.map(({ handle }) => ({ handle, claimed: true }));
        // The body selects a challenge; of two parallel logins the session may hold the other one's handle.
        if (named) {
          return claimed(ours.filter(({ handle }) => handle.challengeId === named.challengeId));
        }
        const exact = ours.filter((each) => each.key === key);
        if (exact.length > 0) return claimed(exact);
        // Who logs in now answers for no challenge of somebody else's.
        if (purpose === 'login' && key !== undefined) return [];
        // A code for a transaction that this session does not wait for claims nothing: the only challenge
        // there may be that of another tab. A number that has changed voids what was asked for before.
        const only = (key === undefined || purpose === 'enrol') && ours.length === 1;
        const newestFirst = ours.map(({ handle }) => ({ handle, claimed: only })).reverse();
        return key === undefined ? newestFirst : newestFirst.slice(0, 1);
      },
      keep: (purpose, key, text) => {
        const handle = readHandle(text);
        if (!handle) return;
        const others = list().filter((each) => each.purpose !== purpose || each.key !== key);
        write([...others, { purpose, key, handle }]);
      },
      forget: (handle) => {
        write(list().filter((each) => !isSame(each.handle, handle)));
      },
      outlive: (info) => {
        const left = readKey(session, sessionKey);
        if (left !== undefined) waiting.set(info, { sessionKey, left });
      },
    };
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

/** Without sessions the client itself holds the handle, `info.challenge.id`, and posts it. */
export class BodyState implements ClientState {
  constructor(private readonly challengeField: string) {}

  open({ body }: CarryingRequest): Handles {
    const handle = readHandle(field(body, this.challengeField));
    return {
      for: () => (handle ? [{ handle, claimed: true }] : []),
      keep: () => undefined,
      forget: () => undefined,
      outlive: () => undefined,
    };
  }

  /** One that is used, expired or somebody else's is as good as invented: one refusal, no detail. */
  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser> {
    return outcome.kind === 'refused' && tellingOfIds.has(outcome.refusal.code)
      ? { ...outcome, ...refuse('challenge_not_found') }
      : outcome;
  }
}

const waiting = new WeakMap<object, { readonly sessionKey: string; readonly left: unknown }>();

/**
 * Gives what other people of this browser wait for back to the session, once a login has renewed it: the
 * one who enters a code first must not send the other one back to the password.
 */
export function restoreHandles(session: unknown, info: unknown): void {
  const { sessionKey, left } = waiting.get(Object(info)) ?? {};
  if (sessionKey === undefined || !isObject(session)) return;
  if (readKey(session, sessionKey) === undefined) {
    Reflect.set(session, sessionKey, left);
  }
}

function sessionOf({ session }: CarryingRequest): object {
  if (isObject(session)) return session;
  throw sessionMissing();
}

/** A session is the app's: whatever is not of our form in it is nothing. */
function readList(value: unknown): readonly Kept[] {
  return Array.isArray(value) ? value.slice(-mostHandles).flatMap(readKept) : [];
}

function readKept(value: unknown): readonly Kept[] {
  const [, purpose, key, text] = (typeof value === 'string' && kept.exec(value)) || [];
  const handle = readHandle(text);
  return purpose === undefined || key === undefined || !handle ? [] : [{ purpose, key, handle }];
}

function writeKept({ purpose, key, handle }: Kept): string {
  return `${purpose}:${key}:${handleText(handle)}`;
}

function isSame(one: Handle, other: Handle): boolean {
  return one.challengeId === other.challengeId && one.firstFactorId === other.firstFactorId;
}
