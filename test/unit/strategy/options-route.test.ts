import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { parseOptions } from '../../../lib/options/parse.js';
import { routeSchema } from '../../../lib/strategy/options-schema.js';
import { thrownBy } from '../../fixtures/thrown.js';

const route = (options: unknown) => parseOptions(routeSchema, options, 'route_option_invalid');

describe('A route that says nothing', () => {
  it('is for a login, and does what the body asks for', () => {
    expect(route({})).toEqual({ purpose: 'login' });
  });
});

describe('A route', () => {
  it('is taken as it is', () => {
    const told = {
      purpose: 'enrol',
      phase: 'response',
      transaction: () => 'x',
      destination: () => '+64211234567',
      challengeRedirect: '/login/code',
      failWithError: true,
      failureRedirect: '/login',
      failureFlash: false,
      failureMessage: true,
    };
    expect(route(told)).toEqual(told);
  });

  it("may hold any of Passport's own options, which are Passport's to check", () => {
    expect(route({ session: false, successRedirect: '/', assignProperty: 'x' })).toEqual({
      purpose: 'login',
    });
  });

  it.each<[string, unknown, string]>([
    ['purpose', 'logon', "must be 'login', 'step-up' or 'enrol'"],
    ['purpose', null, "must be 'login', 'step-up' or 'enrol'"],
    ['purpose', 'constructor', "must be 'login', 'step-up' or 'enrol'"],
    ['phase', 'verify', "must be 'challenge' or 'response'"],
    ['phase', 2, "must be 'challenge' or 'response'"],
    [
      'transaction',
      'amount',
      'must be a function of the request that gives what the code approves',
    ],
    ['destination', '+64211234567', 'must be a function of the request that gives the new number'],
    ['challengeRedirect', '', 'must not be empty'],
    ['challengeRedirect', { url: '/' }, 'must be a text'],
    ['challengeRedirect', '/code\r\nSet-Cookie: x=y', 'must be a URL as it stands in a header'],
    ['challengeRedirect', '/códe', 'must be a URL as it stands in a header'],
    ['challengeRedirect', '/the code', 'must be a URL as it stands in a header'],
  ])(
    'is refused when its option "%s" is %o, and the error says what would do',
    async (name, value, hint) => {
      const error = await thrownBy(ConfigurationError, () => route({ [name]: value }));
      expect(error).toMatchObject({ code: 'route_option_invalid', status: 500 });
      expect(error.message).toContain(`option "${name}" ${hint}`);
    },
  );

  it.each([[null], ['login'], [undefined]])(
    'is refused when its options are %o',
    async (options) => {
      const error = await thrownBy(ConfigurationError, () => route(options));
      expect(error.code).toBe('route_option_invalid');
    },
  );
});
