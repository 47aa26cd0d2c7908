import { describe, expect, it } from 'vitest';
import { type RefusalCode, type RefusalInfo, refusalCodes, statusOf } from '../../lib/refusal.js';
import { TwoFactorRefusal } from '../../lib/refusal-error.js';

const refusalOf = (code: RefusalCode, detail: Partial<RefusalInfo> = {}): RefusalInfo => ({
  code,
  message: 'That did not work.',
  ...detail,
});

describe('TwoFactorRefusal', () => {
  it('is an error in the shape of http-errors, with a message for the user', () => {
    const info = refusalOf('code_incorrect', { attemptsRemaining: 3 });
    const refusal = new TwoFactorRefusal(info);
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).toMatchObject({
      name: 'TwoFactorRefusal',
      code: 'code_incorrect',
      message: info.message,
      status: 401,
      statusCode: 401,
      expose: true,
      headers: { 'WWW-Authenticate': 'TwoFactor error="code_incorrect"' },
      info,
    });
  });

  it('serialises to its info and nothing else', () => {
    const info = refusalOf('code_incorrect', { attemptsRemaining: 3 });
    expect(JSON.parse(JSON.stringify(new TwoFactorRefusal(info)))).toEqual(info);
  });

  it('has a Retry-After header', () => {
    const refusal = new TwoFactorRefusal(refusalOf('user_locked', { retryAfter: 900 }));
    expect(refusal.headers).toEqual({ 'Retry-After': '900' });
  });

  it('has an Allow header for a 405, as RFC 9110 requires', () => {
    const refusal = new TwoFactorRefusal(refusalOf('method_not_allowed'));
    expect(refusal).toMatchObject({ status: 405, headers: { Allow: 'POST' } });
  });
});

describe('The refusal second_factor_required', () => {
  it('has the challenge of RFC 9470', () => {
    const { headers } = new TwoFactorRefusal(refusalOf('second_factor_required', { maxAge: 300 }));
    expect(headers).toEqual({
      'WWW-Authenticate':
        'Bearer error="insufficient_user_authentication", error_description="A fresh second factor is required", max_age="300"',
    });
  });

  it('has no max_age without a limit', () => {
    const { headers } = new TwoFactorRefusal(refusalOf('second_factor_required'));
    expect(headers['WWW-Authenticate']).toMatch(
      /^Bearer error="[^"]+", error_description="[^"]+"$/,
    );
  });
});

describe('The WWW-Authenticate header (RFC 9110, 15.5.2)', () => {
  it.each(refusalCodes.filter((code) => statusOf({ code }) === 401))('%s', (code) => {
    const { headers } = new TwoFactorRefusal(refusalOf(code));
    // One that no browser asks for a password for.
    expect(headers['WWW-Authenticate']).toMatch(/^(TwoFactor|Bearer) error="[a-z_]+"/);
  });

  it.each(refusalCodes.filter((code) => statusOf({ code }) !== 401))('is absent for %s', (code) => {
    expect(new TwoFactorRefusal(refusalOf(code)).headers).not.toHaveProperty('WWW-Authenticate');
  });

  it('omits a code of the app’s own, which may contain any character', () => {
    const info = { ...refusalOf('account_unavailable'), code: 'gesperrt–"x"' };
    expect(new TwoFactorRefusal(Object(info)).headers).toEqual({ 'WWW-Authenticate': 'TwoFactor' });
  });
});
