import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { hasSecondFactor, recordSecondFactor, requireSecondFactor } from '../../../lib/index.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';
import { thrownBy } from '../../fixtures/thrown.js';

const now = Date.UTC(2026, 10, 28, 9, 30);
const alice = { id: 1 };

/** A request of a session that is logged in. */
const requestOf = (user: unknown = alice) => ({
  session: { id: 'session-1', passport: { user: 1 } },
  user,
});

const recordName = 'two-factor-verified';
const recordOf = ({ session }: { readonly session?: unknown }): unknown =>
  Reflect.get(Object(session), recordName);

/** The code and the message of the refusal; the session must not have changed. */
async function refusalOf(factor: unknown, request: object = requestOf()) {
  const before = JSON.stringify(request);
  const error = await thrownBy(ConfigurationError, () =>
    recordSecondFactor(Object(request), Object(factor)),
  );
  expect(JSON.stringify(request)).toBe(before);
  expect(error.hint).toBeTypeOf('string');
  return error;
}

describe('A second factor that the app verified itself', () => {
  it.each([
    [['hwk']],
    [['swk', 'user', 'pin']],
    [['pop', 'fpt']],
    [['otp']],
    [['sc']],
    [['sms']],
    [['tel']],
    [['mfa']],
    [['mca']],
    [['pwd', 'otp']],
    [['a word of its own', 'otp']],
  ])('is recorded for the guards: %j', (amr) => {
    stopClock(now);
    const request = requestOf();
    expect(recordSecondFactor(request, { user: alice, amr })).toBe(true);
    expect(recordOf(request)).toEqual({
      realm: 'users',
      userId: 1,
      at: now,
      session: expect.any(String),
    });
    expect(hasSecondFactor(request, { maxAge: 1 })).toBe(true);
  });

  it.each([
    [undefined],
    [null],
    ['otp'],
    [{ 0: 'otp', length: 1 }],
    [[]],
    [['']],
    [['OTP']],
    [['otp ']],
    [['otp', 7]],
    [['otp', '']],
    [[['otp']]],
    [['pwd']],
    [['pin']],
    [['kba']],
    [['geo']],
    [['rba']],
    [['user']],
    [['wia']],
    [['fpt']],
    [['face', 'iris', 'retina', 'vbm']],
    [['pwd', 'pin', 'kba']],
    [['constructor', '__proto__']],
  ])('is refused for an amr that holds no second factor: %j', async (amr) => {
    const error = await refusalOf({ user: alice, amr });
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('"amr');
  });

  it('has an error that names the values for a passkey and for an authenticator app', async () => {
    const { message } = await refusalOf({ user: alice, amr: ['user'] });
    expect(message).toMatch(/'hwk'.*passkey.*'otp'.*authenticator app/);
  });

  it.each<[string, (time: number) => Date | string | number]>([
    ['a Date', (time) => new Date(time)],
    ['seconds', (time) => time / second],
    ['an ISO string', (time) => new Date(time).toISOString()],
  ])('may be of an earlier time, as %s, and at most a minute ahead', async (_form, written) => {
    stopClock(now);
    for (const at of [now - 9 * minute, now, now + minute]) {
      const request = requestOf();
      recordSecondFactor(request, { user: alice, amr: ['otp'], verifiedAt: written(at) });
      expect(recordOf(request)).toMatchObject({ at });
      expect(hasSecondFactor(request, { maxAge: 500 })).toBe(at !== now - 9 * minute);
    }
    const ahead = { user: alice, amr: ['otp'], verifiedAt: written(now + minute + second) };
    expect((await refusalOf(ahead)).code).toBe('option_invalid');
  });

  it.each([
    undefined,
    null,
    '',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0,
    -1,
    new Date(Number.NaN),
    new Date(0),
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    now,
    'yesterday',
    '2026-11-28T09:29:00',
    true,
    Promise.resolve(new Date()),
  ])('is refused for a verifiedAt that is no past time: %s', async (verifiedAt) => {
    stopClock(now);
    const error = await refusalOf({ user: alice, amr: ['otp'], verifiedAt });
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain('"verifiedAt"');
  });

  it.each([
    [{ user: undefined, amr: ['otp'] }, 'must be the user whose factor was verified'],
    [{ user: null, amr: ['otp'] }, 'must be the user whose factor was verified'],
    [{ user: 1, amr: ['otp'] }, 'must be the user whose factor was verified'],
    [{ user: alice, amr: 'otp' }, 'must be a list of the values of RFC 8176'],
    [{ user: alice, amr: ['otp'], realm: '' }, '"realm" must not be empty'],
    [{ user: alice, amr: ['otp'], userId: 'id' }, '(user) => user.id'],
    [{ user: alice, amr: ['otp'], verifedAt: new Date() }, 'Did you mean "verifiedAt"?'],
    [{ user: alice, amr: ['otp'], code: 'verified' }, 'Unknown option "code"'],
    [{ user: alice, amr: ['otp'], iss: 'https://issuer.example' }, 'Unknown option "iss"'],
  ])('is refused for anything else in it: %j', async (factor, hint) => {
    const error = await refusalOf(factor);
    expect(error.code).toBe('option_invalid');
    expect(error.message).toContain(hint);
  });

  it.each([
    [{ amr: ['otp'] }],
    [{ code: 'verified', purpose: 'login', amr: ['mfa', 'sms'], verifiedAt: new Date() }],
    [{ iss: 'https://issuer.example', sub: '1', amr: ['pwd', 'otp'], auth_time: 1 }],
    [Object.create({ user: alice, amr: ['otp'] })],
    [[alice, ['otp']]],
  ])('is not taken from an info of a strategy: %j', async (info) => {
    expect((await refusalOf(info)).code).toBe('info_unknown');
  });

  it.each([
    ['another user', { id: 2 }, alice],
    ['an id of another type', { id: '1' }, alice],
    ['a user without an id', {}, {}],
    ['a user with an id that is no number', { id: Number.NaN }, { id: Number.NaN }],
    ['a user without an id, proved', {}, alice],
    ['a user without an id, logged in', alice, {}],
  ])('is refused for %s', async (_which, user, loggedIn) => {
    const error = await refusalOf({ user, amr: ['otp'] }, requestOf(loggedIn));
    expect(error.code).toBe('user_unusable');
  });

  it.each([
    ['a login', { session: {}, user: alice }],
    ['a login that is still there', { session: { passport: {} }, user: alice }],
    ['its user', { session: { passport: { user: 1 } } }],
    ['its user, who is nobody', { session: { passport: { user: 1 } }, user: false }],
  ])('is refused without %s', async (_what, request) => {
    const error = await refusalOf({ user: alice, amr: ['otp'] }, request);
    expect(error.code).toBe('user_not_loaded');
  });

  it('is refused without a session', async () => {
    const error = await refusalOf({ user: alice, amr: ['otp'] }, { user: alice });
    expect(error.code).toBe('session_missing');
    expect(error.message).toContain('verifiedAt');
  });

  it('is recorded with the id and the realm of the strategy', () => {
    const staff = { number: 'S-7' };
    const request = requestOf(staff);
    const options = { userId: (user: typeof staff) => user.number, realm: 'staff' };
    recordSecondFactor(request, { user: { ...staff }, amr: ['otp'], ...options });
    expect(hasSecondFactor(request, options)).toBe(true);
  });

  it('F19: whose id has another type than that of the guard is an error that says so', () => {
    const request = requestOf();
    const userId = (user: { id: number }) => String(user.id);
    recordSecondFactor(request, { user: alice, amr: ['otp'], userId });
    const errors: unknown[] = [];
    requireSecondFactor()(Object(request), Object({}), (error) => errors.push(error));
    expect(errors).toMatchObject([
      { code: 'user_unusable', message: expect.stringContaining('of recordSecondFactor') },
    ]);
  });

  it('A14: takes no method from a polluted prototype', async () => {
    Reflect.set(Object.prototype, 'amr', ['otp']);
    try {
      expect((await refusalOf({ user: alice })).code).toBe('option_invalid');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'amr');
    }
  });
});
