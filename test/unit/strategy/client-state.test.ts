import { describe, expect, it } from 'vitest';
import { type Purpose, randomId } from '../../../lib/challenge/challenge.js';
import { type Handle, handleText } from '../../../lib/challenge/handle.js';
import { ConfigurationError } from '../../../lib/errors.js';
import { BodyState, restoreHandles, SessionState } from '../../../lib/strategy/client-state.js';
import { thrownBy } from '../../fixtures/thrown.js';

const someHandle = (): Handle => ({ challengeId: randomId(), firstFactorId: randomId() });
const [alice, bob, payment] = [randomId(), randomId(), randomId()];

/** Where a session holds the handles of the strategy 'modica-2fa'. */
const sessionKey = 'two-factor:modica-2fa';

/** A session of Passport's, and what one browser does with it. */
function someSession(body: object = {}) {
  const request = { session: { passport: { user: 1 } } };
  const clientState = new SessionState('modica-2fa', 'challenge');
  const handles = clientState.open(request);
  return {
    request,
    clientState,
    keep: (purpose: Purpose, key: string, handle = someHandle()) => {
      handles.keep(purpose, key, handleText(handle));
      return handle;
    },
    forget: (handle: Handle) => handles.forget(handle),
    meant: (purpose: Purpose, key?: string) =>
      clientState
        .open({ ...request, body })
        .for(purpose, key)
        .map(({ handle }) => handle),
    claims: (purpose: Purpose, key?: string) =>
      handles.for(purpose, key).map(({ claimed }) => claimed),
  };
}

describe('The state of a session', () => {
  it('keeps a challenge for each purpose', () => {
    const { keep, meant } = someSession();
    const [stepUp, enrolment] = [keep('step-up', alice), keep('enrol', alice)];
    expect(meant('step-up', alice)).toEqual([stepUp]);
    expect(meant('enrol', alice)).toEqual([enrolment]);
    expect(meant('login')).toEqual([]);
  });

  it('offers the newest eight handles of a session that has more', () => {
    const { request, keep, meant } = someSession();
    const handles: Handle[] = [];
    const entries: unknown[] = [];
    for (let logins = 0; logins < 9; logins += 1) {
      handles.push(keep('login', randomId()));
      entries.push(Reflect.get(request.session, sessionKey).at(-1));
    }
    Reflect.set(request.session, sessionKey, entries);
    expect(meant('login')).toEqual(handles.slice(1).reverse());
  });

  it('F18: keeps a handle for each user and transaction, and finds the one for a request', () => {
    const { keep, meant, claims } = someSession();
    const [first, second] = [keep('step-up', alice), keep('step-up', payment)];
    expect(meant('step-up', alice)).toEqual([first]);
    expect(meant('step-up', payment)).toEqual([second]);
    expect(claims('step-up', alice)).toEqual([true]);
  });

  it('F18: offers the handles of all logins in one browser, the newest first, while the user is unknown', () => {
    const { keep, meant, claims } = someSession();
    const [first, second] = [keep('login', alice), keep('login', bob)];
    expect(meant('login')).toEqual([second, first]);
    expect(claims('login')).toEqual([false, false]);
  });

  it('F18: offers the newest handle, unclaimed, for an unknown key', () => {
    const { keep, meant, claims } = someSession();
    const only = keep('step-up', alice);
    expect([meant('step-up', payment), claims('step-up', payment)]).toEqual([[only], [false]]);
    const newest = keep('step-up', bob);
    expect([meant('step-up', payment), claims('step-up', payment)]).toEqual([[newest], [false]]);
  });

  it('claims the only challenge of an enrolment for any number, because another one voids it', () => {
    const { keep, meant, claims } = someSession();
    const only = keep('enrol', alice);
    expect([meant('enrol', bob), claims('enrol', bob)]).toEqual([[only], [true]]);
    keep('enrol', payment);
    expect(claims('enrol', bob)).toEqual([false]);
  });

  it('never offers a login the challenge of another user', () => {
    const { keep, meant } = someSession();
    keep('login', alice);
    expect(meant('login', bob)).toEqual([]);
  });

  it('finds the handle whose id is posted, and ignores an id that it does not hold', () => {
    const [first, second] = [someHandle(), someHandle()];
    const { keep, meant } = someSession({ challenge: handleText(first) });
    keep('login', bob, second);
    expect(meant('login')).toEqual([]);
    keep('login', alice, first);
    keep('login', bob, second);
    expect(meant('login')).toEqual([first]);
  });

  it("finds its own handle when the id of a parallel login's handle is posted", () => {
    const own = someHandle();
    const posted = { ...own, firstFactorId: randomId() };
    const { keep, meant } = someSession({ challenge: handleText(posted) });
    keep('login', alice, own);
    expect(meant('login')).toEqual([own]);
  });

  it('replaces the handle of the same key, and keeps eight handles at most', () => {
    const { keep, meant, request } = someSession();
    const older = keep('login', alice);
    const newer = keep('login', alice);
    expect(meant('login')).toEqual([newer]);
    for (let others = 0; others < 8; others += 1) keep('login', randomId());
    expect(meant('login')).toHaveLength(8);
    expect(meant('login')).not.toContainEqual(newer);
    expect(Reflect.get(request.session, sessionKey)).toHaveLength(8);
    expect(JSON.stringify(request.session)).not.toContain(older.challengeId);
  });

  it('forgets one handle and keeps the other, and removes its key with the last one', () => {
    const { keep, forget, meant, request } = someSession();
    const [stepUp, enrolment] = [keep('step-up', alice), keep('enrol', alice)];
    forget(stepUp);
    expect(meant('step-up', alice)).toEqual([]);
    expect(meant('enrol', alice)).toEqual([enrolment]);
    forget(enrolment);
    expect(request.session).toEqual({ passport: { user: 1 } });
  });

  it('forgets only the handle with both ids', () => {
    const { keep, forget, meant } = someSession();
    const own = keep('login', alice);
    const others = [
      keep('login', bob, { ...own, firstFactorId: randomId() }),
      keep('login', payment, { ...own, challengeId: randomId() }),
    ];
    forget(own);
    expect(meant('login')).toEqual(others.reverse());
  });

  it('ignores entries of another form, and drops them with the next change', () => {
    const { keep, forget, meant, request } = someSession();
    const handle = keep('login', alice);
    const [entry] = Reflect.get(request.session, sessionKey);
    const others = [7, null, 'login', [entry], `${entry}.`, `a ${entry}`, { entry }];
    Reflect.set(request.session, sessionKey, [...others, entry]);
    expect(meant('login')).toEqual([handle]);
    forget(handle);
    expect(request.session).toEqual({ passport: { user: 1 } });
  });

  it('does not keep a malformed handle', () => {
    const { clientState, request } = someSession();
    clientState.open(request).keep('login', alice, '../..');
    expect(request.session).toEqual({ passport: { user: 1 } });
  });

  it.each([undefined, null, 'text'])(
    'that is %j is none, and the error says so',
    async (session) => {
      const { clientState } = someSession();
      const error = await thrownBy(ConfigurationError, () => clientState.open({ session }));
      expect(error.code).toBe('session_missing');
    },
  );

  it('has a key of its own for each strategy', () => {
    const { request, keep, meant } = someSession();
    const ours = keep('step-up', alice);
    const other = new SessionState('other', 'challenge').open(request);
    expect(other.for('step-up', alice)).toEqual([]);
    other.keep('step-up', alice, handleText(someHandle()));
    expect(meant('step-up', alice)).toEqual([ours]);
  });
});

describe('A session that a login has renewed', () => {
  /** The handles that remain for a login, as the strategy leaves them with its info. */
  function remaining() {
    const { clientState, request, keep, meant } = someSession();
    const handle = keep('login', bob);
    const info = {};
    clientState.open(request).outlive(info);
    return { handle, info, request, meant };
  }

  it('F18: gets the handles of other logins back', () => {
    const { handle, info, request, meant } = remaining();
    request.session = { passport: { user: 1 } };
    restoreHandles(request.session, info);
    expect(meant('login')).toEqual([handle]);
  });

  it('stays as it is after a login that left no other handles', () => {
    const { clientState, request } = someSession();
    const info = {};
    clientState.open(request).outlive(info);
    const session = { passport: { user: 1 } };
    restoreHandles(session, info);
    restoreHandles(session, {});
    expect(Object.keys(session)).toEqual(['passport']);
  });

  it('keeps the handles that it has, with keepSessionInfo for example', () => {
    const { info, request, meant } = remaining();
    request.session = { passport: { user: 1 } };
    const handles = new SessionState('modica-2fa', 'challenge').open(request);
    const newer = someHandle();
    handles.keep('login', alice, handleText(newer));
    restoreHandles(request.session, info);
    expect(meant('login')).toEqual([newer]);
  });
});

describe('The state of a client without a session', () => {
  it('claims the challenge whose id is posted', () => {
    const handle = someHandle();
    const handles = new BodyState('challenge').open({ body: { challenge: handleText(handle) } });
    expect(handles.for('login', undefined)).toEqual([{ handle, claimed: true }]);
  });
});
