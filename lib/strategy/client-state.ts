import type { Purpose } from '../challenge/challenge.js';
import { type Handle, handleText, type PresentedHandle, readHandle } from '../challenge/handle.js';
import { type Outcome, refuse } from '../outcome.js';
import { refusals } from '../refusal.js';
import { sessionMissing } from './configuration-errors.js';
import { forgetKey, isObject, type RequestWithSession, readKey } from './passport-session.js';
import { field } from './request-body.js';

/** Where the handles of a client's challenges are kept: in its session, or by the client itself. */
export interface ClientState {
  /** @throws {ConfigurationError} `session_missing` */
  open(request: RequestWithSession): Handles;
  /** Removes from an outcome what the client must not learn. */
  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser>;
}

/** The handles of one client. */
export interface Handles {
  /**
   * Returns the handles that a request may refer to, the most likely first.
   *
   * @param key - The `handleKey` of the request; undefined while its user is unknown.
   */
  for(purpose: Purpose, key: string | undefined): readonly PresentedHandle[];
  keep(purpose: Purpose, key: string, handle: string): void;
  forget(handle: Handle): void;
  /** Lets the remaining handles survive the login with this info, which renews the session. */
  outlive(info: object): void;
}

/** The number of handles in one session; the oldest is dropped. */
const mostHandles = 8;

/** A handle in a session, with the purpose and the `handleKey` that it is for. */
interface HandleEntry {
  readonly purpose: string;
  readonly key: string;
  readonly handle: Handle;
}

const entryPattern = /^(login|step-up|enrol):([\w-]{22}):([\w.-]{45})$/;

/**
 * Keeps the handles under one session key, as a list with the newest last. The list is replaced or
 * deleted as a whole: some session stores do not detect a nested change (@fastify/secure-session).
 */
export class SessionState implements ClientState {
  private readonly sessionKey: string;

  constructor(
    strategy: string,
    private readonly challengeField: string,
  ) {
    this.sessionKey = `two-factor:${strategy}`;
  }

  open(request: RequestWithSession): Handles {
    const session = sessionOf(request);
    const { sessionKey } = this;
    const list = () => readList(readKey(session, sessionKey));
    const write = (next: readonly HandleEntry[]) => {
      if (next.length === 0) forgetKey(session, sessionKey);
      else Reflect.set(session, sessionKey, next.slice(-mostHandles).map(writeEntry));
    };
    const posted = readHandle(field(request.body, this.challengeField));
    return {
      for: (purpose, key) => {
        const entries = list().filter((entry) => entry.purpose === purpose);
        const claimed = (chosen: readonly HandleEntry[]) =>
          chosen.map(({ handle }) => ({ handle, claimed: true }));
        // The body selects a challenge by its id only: parallel logins reuse one with different first factors.
        if (posted) {
          return claimed(entries.filter(({ handle }) => handle.challengeId === posted.challengeId));
        }
        const exact = entries.filter((entry) => entry.key === key);
        if (exact.length > 0) return claimed(exact);
        // A login never presents another user's challenge.
        if (purpose === 'login' && key !== undefined) return [];
        // A code for a transaction without a handle claims nothing: the only challenge here may belong to
        // another tab. In an enrolment a changed number voids the challenge for the previous one.
        const only = (key === undefined || purpose === 'enrol') && entries.length === 1;
        const newestFirst = entries.map(({ handle }) => ({ handle, claimed: only })).reverse();
        return key === undefined ? newestFirst : newestFirst.slice(0, 1);
      },
      keep: (purpose, key, text) => {
        const handle = readHandle(text);
        if (!handle) return;
        const others = list().filter((entry) => entry.purpose !== purpose || entry.key !== key);
        write([...others, { purpose, key, handle }]);
      },
      forget: (handle) => {
        write(list().filter((entry) => !isSame(entry.handle, handle)));
      },
      outlive: (info) => {
        const remaining = readKey(session, sessionKey);
        if (remaining !== undefined) remainingHandles.set(info, { sessionKey, remaining });
      },
    };
  }

  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser> {
    return outcome;
  }
}

/** Without a session the client holds the handle, `info.challenge.id`, and posts it. */
export class BodyState implements ClientState {
  constructor(private readonly challengeField: string) {}

  open({ body }: RequestWithSession): Handles {
    const handle = readHandle(field(body, this.challengeField));
    return {
      for: () => (handle ? [{ handle, claimed: true }] : []),
      keep: () => undefined,
      forget: () => undefined,
      outlive: () => undefined,
    };
  }

  /** Makes a used, expired or foreign handle indistinguishable from an invented one. */
  show<TUser>(outcome: Outcome<TUser>): Outcome<TUser> {
    return outcome.kind === 'refused' && refusals[outcome.refusal.code].revealsId
      ? { ...outcome, ...refuse('challenge_not_found') }
      : outcome;
  }
}

/** The remaining handles, keyed by the info of the login. */
const remainingHandles = new WeakMap<
  object,
  { readonly sessionKey: string; readonly remaining: unknown }
>();

/**
 * Restores the remaining handles after a login has renewed the session: when two people log in with one
 * browser, the first must not make the second start again.
 */
export function restoreHandles(session: unknown, info: unknown): void {
  const { sessionKey, remaining } = remainingHandles.get(Object(info)) ?? {};
  if (sessionKey === undefined || !isObject(session)) return;
  if (readKey(session, sessionKey) === undefined) {
    Reflect.set(session, sessionKey, remaining);
  }
}

function sessionOf({ session }: RequestWithSession): object {
  if (isObject(session)) return session;
  throw sessionMissing('the handle of the challenge cannot be kept', "set state: 'client'");
}

/** Ignores every entry of an unknown form: the session belongs to the app. */
function readList(value: unknown): readonly HandleEntry[] {
  return Array.isArray(value) ? value.slice(-mostHandles).flatMap(readEntry) : [];
}

function readEntry(value: unknown): readonly HandleEntry[] {
  const [, purpose, key, text] = (typeof value === 'string' && entryPattern.exec(value)) || [];
  const handle = readHandle(text);
  return purpose === undefined || key === undefined || !handle ? [] : [{ purpose, key, handle }];
}

function writeEntry({ purpose, key, handle }: HandleEntry): string {
  return `${purpose}:${key}:${handleText(handle)}`;
}

function isSame(one: Handle, other: Handle): boolean {
  return one.challengeId === other.challengeId && one.firstFactorId === other.firstFactorId;
}
