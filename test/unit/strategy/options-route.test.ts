import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { parseRouteOptions as route } from '../../../lib/strategy/route-options-schema.js';
import { thrownBy } from '../../fixtures/thrown.js';

/** Of Passport 0.7, @fastify/passport 3, @nestjs/passport 11, passport-oauth2, passport-openidconnect and passport-saml. */
const foreign = [
  ...['assignProperty', 'authInfo', 'compat', 'failWithError', 'failureFlash', 'failureMessage'],
  ...['failureRedirect', 'key', 'keepSessionInfo', 'passReqToCallback', 'pauseStream', 'session'],
  ...['successFlash', 'successMessage', 'successRedirect', 'successReturnToOrRedirect', 'property'],
  ...['scope', 'state', 'prompt', 'callbackURL', 'loginHint', 'nonce', 'display', 'realm', 'pkce'],
  ...['accessType', 'includeGrantedScopes', 'hostedDomain', 'additionalParams', 'samlFallback'],
  ...['badRequestMessage', 'strategy', 'phone', 'place'],
];

describe('A route without options', () => {
  it('is for a login, and its phase is that of the body', () => {
    expect(route({})).toEqual({ purpose: 'login' });
  });
});

describe('A route', () => {
  it.each(['login', 'step-up', 'enrol'])('accepts the purpose %s', (purpose) => {
    expect(route({ purpose })).toEqual({ purpose });
  });

  it('accepts all its options', () => {
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

  it.each(foreign)("may hold %j, an option of Passport's or of another strategy", (name) => {
    expect(route({ [name]: 'x' })).toMatchObject({ purpose: 'login' });
  });

  it.each([
    ['purpse', 'purpose'],
    // Its name before 1.0: ignored, it would send a code that approves nothing in particular.
    ['binding', 'transaction'],
    ['Phase', 'phase'],
    ['fase', undefined],
    ['transacton', 'transaction'],
    ['destinaton', 'destination'],
    ['userproperty', 'userProperty'],
    ['challengeRedirct', 'challengeRedirect'],
  ])(
    'is refused when it holds %j only if that is a misspelling of ours: %s',
    async (name, meant) => {
      if (meant === undefined) return expect(route({ [name]: 'x' })).toEqual({ purpose: 'login' });
      const error = await thrownBy(ConfigurationError, () =>
        route({ [name]: 'x', session: false }),
      );
      expect(error.code).toBe('route_option_invalid');
      expect(error.message).toContain(`Unknown option "${name}". Did you mean "${meant}"?`);
    },
  );

  it.each<[string, unknown, string]>([
    ['purpose', 'logon', "must be 'login', 'step-up' or 'enrol'"],
    ['purpose', null, "must be 'login', 'step-up' or 'enrol'"],
    ['purpose', 'constructor', "must be 'login', 'step-up' or 'enrol'"],
    ['phase', 'verify', "must be 'challenge' or 'response'"],
    ['phase', 2, "must be 'challenge' or 'response'"],
    [
      'transaction',
      'amount',
      'must be a function of the request that returns what the code approves',
    ],
    [
      'destination',
      '+64211234567',
      'must be a function of the request that returns the new number',
    ],
    ['challengeRedirect', '', 'must not be empty'],
    ['challengeRedirect', { url: '/' }, 'must be a string'],
    ['challengeRedirect', '/code\r\nSet-Cookie: x=y', 'must be a URL that is valid in a header'],
    ['challengeRedirect', '/códe', 'must be a URL that is valid in a header'],
    ['challengeRedirect', '/the code', 'must be a URL that is valid in a header'],
  ])(
    'is refused if its option "%s" is %o, and the error says what it must be',
    async (name, value, hint) => {
      const error = await thrownBy(ConfigurationError, () => route({ [name]: value }));
      expect(error).toMatchObject({ code: 'route_option_invalid', status: 500 });
      expect(error.message).toContain(`option "${name}" ${hint}`);
    },
  );

  it.each([[null], ['login'], [undefined]])('is refused if its options are %o', async (options) => {
    const error = await thrownBy(ConfigurationError, () => route(options));
    expect(error.code).toBe('route_option_invalid');
  });
});
