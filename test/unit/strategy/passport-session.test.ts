import { describe, expect, it } from 'vitest';
import {
  forgetLogin,
  isLoggedIn,
  isLoggedInEarly,
  isSessionNew,
} from '../../../lib/strategy/passport-session.js';

describe("Passport's login in a session", () => {
  it.each<[string, unknown]>([
    ["of Passport's own form", { user: 1 }],
    ['with the user 0', { user: 0 }],
    ['of @fastify/passport, as a number', 1],
    ['of @fastify/passport, as a text', 'alice'],
    ['of @fastify/passport, as an object', { id: 1 }],
  ])('%s counts, until it is removed', (_what, passport) => {
    const session = { passport, other: 7 };
    expect(isLoggedIn({ session })).toBe(true);
    forgetLogin({ session });
    expect(isLoggedIn({ session })).toBe(false);
    expect(session.other).toBe(7);
  });

  it.each<[string, unknown]>([
    ['an empty session', {}],
    ['what a logout leaves', { passport: {} }],
    ['a user that is undefined', { passport: { user: undefined } }],
    ['null', { passport: null }],
    ['no session', undefined],
  ])('%s does not count', (_what, session) => {
    expect(isLoggedIn({ session })).toBe(false);
  });

  it("is emptied the way Passport's own logout does it, so that the session is still saved", () => {
    const session = { passport: { user: 1 } };
    forgetLogin({ session });
    expect(session).toStrictEqual({ passport: {} });
  });

  it.each([
    ['Passport', { _sessionManager: { _key: 'members' } }],
    ['@fastify/passport', { passport: { key: 'members' } }],
  ])('A7: is found under the key that %s is configured with', (_whose, framework) => {
    const request = { ...framework, session: { members: { user: 1 }, passport: undefined } };
    expect(isLoggedIn(request)).toBe(true);
    forgetLogin(request);
    expect(isLoggedIn(request)).toBe(false);
  });

  it('can be removed without a session', () => {
    expect(() => forgetLogin({ session: undefined })).not.toThrow();
  });

  it('of @fastify/passport is removed completely, so that its deserializer gets nothing', () => {
    const session = { passport: { id: 1 } };
    forgetLogin({ session });
    expect(session).toStrictEqual({});
  });
});

describe('A31: a session that this request has renewed', () => {
  const id = 'k7Jd-renewed_id';

  it.each<[string, boolean, object]>([
    [
      'whose id came in a cookie',
      false,
      { session: { id }, headers: { cookie: `a=s%3A${id}.sig` } },
    ],
    ['whose id came in a header of its own', false, { session: { id }, headers: { 'x-s': [id] } }],
    ['whose id came encoded', false, { session: { id: 'a b' }, headers: { cookie: 's=a%20b' } }],
    [
      'one of whose two ids came in a cookie',
      false,
      { session: { sessionId: 'another', id }, headers: { cookie: `a=${id}` } },
    ],
    [
      'beside a header that cannot be decoded',
      false,
      { session: { id }, headers: { cookie: `%${id}` } },
    ],
    ['whose id the client has not sent', true, { session: { id }, headers: { cookie: 's=other' } }],
    ["of Fastify's, likewise", true, { session: { sessionId: id }, headers: {} }],
    ['in a cookie that has changed', true, { session: { isChanged: true }, headers: {} }],
    ['in a sealed cookie that has changed', true, { session: { changed: true }, headers: {} }],
    ['in a cookie that is new', true, { session: { isNew: true }, headers: {} }],
    ['in a cookie as the client sent it', false, { session: { isChanged: false }, headers: {} }],
    [
      'in a cookie that a GET changes',
      false,
      { session: { isChanged: true }, headers: {}, method: 'GET' },
    ],
    ['that is none', false, { session: undefined, headers: {} }],
  ])('%s: %s', (_what, expected, request) => {
    expect(isSessionNew(Object({ method: 'POST', ...request }))).toBe(expected);
  });
});

describe('A31: a login before the second factor, on a route for codes', () => {
  const cookie = { headers: { cookie: 'sid=known' }, method: 'POST' };
  const session = { id: 'known', passport: { user: 1 } };

  it('is one that was made in this request, even if the session keeps its id', () => {
    const request = Object({ ...cookie, session, authInfo: {} });
    expect(isLoggedInEarly(request, 'response', { id: 1 })).toBe(true);
  });

  it.each<[string, object, unknown]>([
    ['of an earlier request', {}, { id: 1 }],
    ['of a request without a user', { authInfo: {} }, undefined],
  ])('is not one %s', (_when, more, user) => {
    const request = Object({ ...cookie, session, ...more });
    expect(isLoggedInEarly(request, 'response', user)).toBe(false);
  });

  it.each<[string, 'challenge' | undefined, boolean]>([
    ['POST', undefined, true],
    ['POST', 'challenge', true],
    ['GET', undefined, false],
    ['GET', 'challenge', false],
  ])('is any, if a %s to the route may be a first factor (%s): %s', (method, pinned, expected) => {
    const request = Object({ ...cookie, session, method });
    expect(isLoggedInEarly(request, pinned, undefined)).toBe(expected);
  });

  it('is any login in a session whose numeric id the client did not send', () => {
    const request = Object({ ...cookie, session: { ...session, id: 4711 } });
    expect(isLoggedInEarly(request, 'response', undefined)).toBe(true);
  });
});
