import { describe, expect, it } from 'vitest';
import {
  hasSecondFactor,
  type RequireSecondFactorOptions,
  requireSecondFactor,
} from '../../../lib/index.js';

/** What middleware, token guards and logouts leave in place of a user. */
const nonUsers = [undefined, null, false, 0, '', Number.NaN, 0n, true, 7, 'alice', Symbol('user')];

/** Options with which a user of this session or this token passes. */
const options: readonly RequireSecondFactorOptions[] = [
  {},
  { maxAge: 300 },
  { userId: () => 1 },
  { redirectTo: '/confirm' },
  { redirectTo: '/confirm', maxAge: 300 },
  { verifiedAt: () => new Date() },
  { verifiedAt: () => new Date(), maxAge: 300 },
  { verifiedAt: () => new Date(), redirectTo: '/confirm' },
  { userProperty: 'member' },
  { userProperty: 'member', verifiedAt: () => new Date() },
];

/** A session in which user 1 has just proved the second factor. It has no id, like one in a cookie. */
const session = () => ({
  passport: { user: 1 },
  'two-factor-verified': { realm: 'users', userId: 1, at: Date.now() },
});

const table = options.flatMap((option) =>
  nonUsers.map((user) => [String(user), JSON.stringify(option), user, option] as const),
);

/** The code of the error that the guard passes on, 'redirect', or undefined if the request passes. */
function resultOf(option: RequireSecondFactorOptions, request: object): unknown {
  const calls: unknown[] = [];
  const response = { redirect: () => calls.push('redirect') };
  requireSecondFactor(option)(Object(request), Object(response), (error) => calls.push(error));
  expect(calls).toHaveLength(1);
  return Reflect.get(Object(calls[0]), 'code') ?? calls[0];
}

describe('A30: a request without a user', () => {
  it.each(table)('is refused: user %s, options %s', (_user, _option, user, option) => {
    const request = { session: session(), user, member: user, method: 'GET' };
    expect(resultOf(option, request)).toBe('first_factor_required');
  });

  it.each(nonUsers.map((user) => [user]))('has no second factor: user %s', (user) => {
    expect(hasSecondFactor({ session: session(), user })).toBe(false);
  });

  it.each(options.map((option) => [JSON.stringify(option), option] as const))(
    'passes once it has a user: options %s',
    (_option, option) => {
      const user = { id: 1 };
      expect(resultOf(option, { session: session(), user, member: user })).toBeUndefined();
    },
  );
});

describe('A42: the user of a request', () => {
  it.each([
    ['Passport', { _userProperty: 'member' }],
    ['@fastify/passport', { passport: { userProperty: 'member' } }],
  ])('is read from the userProperty of %s, and from nowhere else', (_framework, trace) => {
    const [alice, bob] = [{ id: 1 }, { id: 2 }];
    expect(resultOf({}, { ...trace, session: session(), member: alice })).toBeUndefined();
    expect(resultOf({}, { ...trace, session: session(), user: alice })).toBe(
      'first_factor_required',
    );
    expect(resultOf({}, { ...trace, session: session(), user: alice, member: bob })).toBe(
      'second_factor_required',
    );
    expect(hasSecondFactor({ ...trace, session: session(), user: bob })).toBe(false);
  });

  it('is read from the userProperty of the guard, which takes precedence', () => {
    const request = { _userProperty: 'member', session: session(), member: { id: 2 } };
    expect(resultOf({ userProperty: 'auth' }, { ...request, auth: { id: 1 } })).toBeUndefined();
    expect(hasSecondFactor({ ...request }, { userProperty: 'auth' })).toBe(false);
  });
});

describe('F30: a guard that no user can ever pass', () => {
  it.each([undefined, null, '', Number.NaN, Number.POSITIVE_INFINITY, {}, true])(
    'fails with user_unusable for the id %s',
    (id) => {
      expect(resultOf({}, { session: session(), user: { id } })).toBe('user_unusable');
      expect(() => hasSecondFactor({ session: session(), user: { id } })).toThrow('"userId"');
    },
  );

  it.each([undefined, null])('fails with session_missing for the session %s', (missing) => {
    expect(resultOf({}, { session: missing, user: { id: 1 } })).toBe('session_missing');
    expect(() => hasSecondFactor({ session: missing, user: { id: 1 } })).toThrow('"verifiedAt"');
  });

  it('is not one with verifiedAt, which needs neither an id nor a session', () => {
    expect(resultOf({ verifiedAt: () => new Date() }, { user: {} })).toBeUndefined();
  });

  it('passes on what verifiedAt throws, and does not redirect', () => {
    const thrown = new Error('canary');
    const verifiedAt = () => {
      throw thrown;
    };
    expect(resultOf({ verifiedAt, redirectTo: '/confirm' }, { user: {} })).toBe(thrown);
  });
});
