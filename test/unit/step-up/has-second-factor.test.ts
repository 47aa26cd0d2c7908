import { describe, expect, it } from 'vitest';
import {
  hasSecondFactor,
  type RequireSecondFactorOptions,
  requireSecondFactor,
} from '../../../lib/index.js';

/** What middlewares, token guards and logouts leave where there is no user. */
const nobodies = [undefined, null, false, 0, '', Number.NaN, 0n, true, 7, 'alice', Symbol('user')];

/** Every way to ask, all of which a user with this mark or this token would pass. */
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

/** The session of a user who has just proved the second factor; their mark has no id of a session. */
const session = () => ({
  passport: { user: 1 },
  'two-factor-verified': { realm: 'users', userId: 1, at: Date.now() },
});

const table = options.flatMap((option) =>
  nobodies.map((nobody) => [String(nobody), JSON.stringify(option), nobody, option] as const),
);

/** What the guard says; undefined lets the request go on. */
function saidBy(option: RequireSecondFactorOptions, request: object): unknown {
  const said: unknown[] = [];
  const response = { redirect: () => said.push('redirect') };
  requireSecondFactor(option)(Object(request), Object(response), (error) => said.push(error));
  expect(said).toHaveLength(1);
  return Reflect.get(Object(said[0]), 'code') ?? said[0];
}

describe('A30: an anonymous request', () => {
  it.each(table)('passes no guard: %s, %s', (_nobody, _option, nobody, option) => {
    const request = { session: session(), user: nobody, member: nobody, method: 'GET' };
    expect(saidBy(option, request)).toBe('first_factor_required');
  });

  it.each(nobodies.map((nobody) => [nobody]))('has no second factor: %s', (nobody) => {
    expect(hasSecondFactor({ session: session(), user: nobody })).toBe(false);
  });

  it.each(options.map((option) => [JSON.stringify(option), option] as const))(
    'is not what a user is: %s',
    (_option, option) => {
      const user = { id: 1 };
      expect(saidBy(option, { session: session(), user, member: user })).toBeUndefined();
    },
  );
});

describe('A42: the user of a request', () => {
  it.each([
    ['Passport', { _userProperty: 'member' }],
    ['@fastify/passport', { passport: { userProperty: 'member' } }],
  ])('is where %s was told to keep it, and nowhere else', (_framework, trace) => {
    const [alice, bob] = [{ id: 1 }, { id: 2 }];
    expect(saidBy({}, { ...trace, session: session(), member: alice })).toBeUndefined();
    expect(saidBy({}, { ...trace, session: session(), user: alice })).toBe('first_factor_required');
    expect(saidBy({}, { ...trace, session: session(), user: alice, member: bob })).toBe(
      'second_factor_required',
    );
    expect(hasSecondFactor({ ...trace, session: session(), user: bob })).toBe(false);
  });

  it('is where the guard is told, before anything else', () => {
    const request = { _userProperty: 'member', session: session(), member: { id: 2 } };
    expect(saidBy({ userProperty: 'auth' }, { ...request, auth: { id: 1 } })).toBeUndefined();
    expect(hasSecondFactor({ ...request }, { userProperty: 'auth' })).toBe(false);
  });
});

describe('F30: a guard that no user can ever pass', () => {
  it.each([undefined, null, '', Number.NaN, Number.POSITIVE_INFINITY, {}, true])(
    'says that the user has no id: %s',
    (id) => {
      expect(saidBy({}, { session: session(), user: { id } })).toBe('user_unusable');
      expect(() => hasSecondFactor({ session: session(), user: { id } })).toThrow('"userId"');
    },
  );

  it.each([undefined, null])('says that there is no session: %s', (missing) => {
    expect(saidBy({}, { session: missing, user: { id: 1 } })).toBe('session_missing');
    expect(() => hasSecondFactor({ session: missing, user: { id: 1 } })).toThrow('"verifiedAt"');
  });

  it('is not one that reads a token, whose user needs neither', () => {
    expect(saidBy({ verifiedAt: () => new Date() }, { user: {} })).toBeUndefined();
  });

  it('hands over what a callback of the app throws, and asks for no second factor', () => {
    const thrown = new Error('canary');
    const verifiedAt = () => {
      throw thrown;
    };
    expect(saidBy({ verifiedAt, redirectTo: '/confirm' }, { user: {} })).toBe(thrown);
  });
});
