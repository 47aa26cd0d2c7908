import { describe, expect, it } from 'vitest';
import {
  isRefusal,
  isRefusalCode,
  refusalCodes,
  refusals,
  retryIn,
  statusOf,
} from '../../lib/refusal.js';

describe('A refusal', () => {
  it.each([
    ['challenge_sent', 401],
    ['first_factor_required', 401],
    ['first_factor_expired', 401],
    ['second_factor_required', 401],
    ['challenge_not_found', 401],
    ['challenge_expired', 401],
    ['challenge_used', 401],
    ['delivery_unknown', 401],
    ['code_malformed', 400],
    ['code_incorrect', 401],
    ['recovery_code_incorrect', 401],
    ['method_not_allowed', 405],
    ['too_many_attempts', 429],
    ['user_locked', 429],
    ['resend_too_soon', 429],
    ['send_limit_reached', 429],
    ['destination_missing', 422],
    ['destination_unusable', 422],
    ['code_not_sent', 503],
    ['transaction_mismatch', 401],
    ['transaction_unusable', 400],
    ['user_changed', 401],
    ['account_unavailable', 401],
  ] as const)('%s has the status %i', (code, status) => {
    expect(statusOf({ code })).toBe(status);
  });

  it('has one of these twenty-five codes', () => {
    expect(refusalCodes).toHaveLength(25);
  });

  it('ends the challenge if it is one of three codes', () => {
    expect(refusalCodes.filter((code) => refusals[code].isOver)).toEqual([
      'first_factor_expired',
      'challenge_not_found',
      'challenge_used',
    ]);
  });

  it('reveals that a guessed id exists if it is one of three codes', () => {
    expect(refusalCodes.filter((code) => refusals[code].revealsId)).toEqual([
      'challenge_expired',
      'challenge_used',
      'user_changed',
    ]);
  });

  it('has the name of OWASP’s logging vocabulary if there is one', () => {
    const named = refusalCodes.map((code) => [code, refusals[code].owasp] as const);
    expect(Object.fromEntries(named.filter(([, owasp]) => owasp !== undefined))).toEqual({
      first_factor_required: 'sequence_fail',
      first_factor_expired: 'sequence_fail',
      challenge_not_found: 'sequence_fail',
      challenge_expired: 'authn_login_fail',
      challenge_used: 'authn_token_reuse',
      delivery_unknown: 'sequence_fail',
      code_malformed: 'input_validation_fail',
      channel_unknown: 'input_validation_fail',
      code_incorrect: 'authn_login_fail',
      recovery_code_incorrect: 'authn_login_fail',
      too_many_attempts: 'authn_login_fail_max',
      user_locked: 'authn_login_lock',
      resend_too_soon: 'excess_rate_limit_exceeded',
      send_limit_reached: 'excess_rate_limit_exceeded',
      transaction_mismatch: 'sequence_fail',
      transaction_unusable: 'input_validation_fail',
      user_changed: 'sequence_fail',
      account_unavailable: 'authn_login_fail',
    });
  });
});

describe('statusOf', () => {
  it("is 401 for a code of the app's own, and for a property of Object.prototype", () => {
    expect(statusOf({ code: 'account_closed' })).toBe(401);
    expect(statusOf({ code: 'constructor' })).toBe(401);
  });
});

describe('isRefusalCode', () => {
  it("is true for this library's codes only", () => {
    expect(isRefusalCode('code_incorrect')).toBe(true);
    expect(isRefusalCode('verified')).toBe(false);
    expect(isRefusalCode('toString')).toBe(false);
  });
});

describe('isRefusal', () => {
  it('recognises the info of a refusal by its code', () => {
    expect(isRefusal({ code: 'challenge_not_found', message: 'It is gone.' })).toBe(true);
  });

  it.each([
    ['the info of another strategy', { message: 'Missing credentials' }],
    ['a code of the app', { code: 'account_closed' }],
    ['a code that is not a string', { code: 401 }],
    ['a property of Object.prototype', { code: 'hasOwnProperty' }],
    ['a string', 'code_incorrect'],
    ['null', null],
    ['undefined', undefined],
  ])('is false for %s', (_what, info) => {
    expect(isRefusal(info)).toBe(false);
  });
});

describe('retryIn', () => {
  it('returns the seconds if there are any, including 0', () => {
    expect(retryIn(30)).toEqual({ retryAfter: 30 });
    expect(retryIn(0)).toEqual({ retryAfter: 0 });
    expect(retryIn(undefined)).toEqual({});
  });
});
