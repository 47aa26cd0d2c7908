import { describe, expect, it } from 'vitest';
import { type RefusalCode, type RefusalInfo, refusalCodes, statusOf } from '../../lib/outcome.js';
import { isRefusal, TwoFactorRefusal } from '../../lib/refusal.js';

const refusalOf = (code: RefusalCode, detail: Partial<RefusalInfo> = {}): RefusalInfo => ({
  code,
  message: 'That did not work.',
  ...detail,
});

describe('TwoFactorRefusal', () => {
  it('is an error in the shape of http-errors, its message for the user to see', () => {
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

  it('answers a client with its info and nothing else', () => {
    const info = refusalOf('code_incorrect', { attemptsRemaining: 3 });
    expect(JSON.parse(JSON.stringify(new TwoFactorRefusal(info)))).toEqual(info);
  });

  it('says in a header when to come back', () => {
    const refusal = new TwoFactorRefusal(refusalOf('user_locked', { retryAfter: 900 }));
    expect(refusal.headers).toEqual({ 'Retry-After': '900' });
  });

  it('names the method that is allowed, as RFC 9110 asks of a 405', () => {
    const refusal = new TwoFactorRefusal(refusalOf('method_not_allowed'));
    expect(refusal).toMatchObject({ status: 405, headers: { Allow: 'POST' } });
  });
});

describe('A second factor that is required', () => {
  it('is told as RFC 9470 writes it', () => {
    const { headers } = new TwoFactorRefusal(refusalOf('second_factor_required', { maxAge: 300 }));
    expect(headers).toEqual({
      'WWW-Authenticate':
        'Bearer error="insufficient_user_authentication", error_description="A fresh second factor is required", max_age="300"',
    });
  });

  it('says no age where any will do', () => {
    const { headers } = new TwoFactorRefusal(refusalOf('second_factor_required'));
    expect(headers['WWW-Authenticate']).toMatch(
      /^Bearer error="[^"]+", error_description="[^"]+"$/,
    );
  });
});

describe('isRefusal', () => {
  it('knows the info of a refusal by its code', () => {
    expect(isRefusal(refusalOf('challenge_not_found'))).toBe(true);
  });

  it.each([
    ["the info of somebody else's strategy", { message: 'Missing credentials' }],
    ['a code of somebody else', { code: 'account_closed' }],
    ['a code that is not a text', { code: 401 }],
    ["a word of Object's prototype", { code: 'hasOwnProperty' }],
    ['a text', 'code_incorrect'],
    ['null', null],
    ['nothing', undefined],
  ])('does not take %s for one', (_what, info) => {
    expect(isRefusal(info)).toBe(false);
  });
});

describe('A 401 carries a challenge (RFC 9110, 15.5.2)', () => {
  it.each(refusalCodes.filter((code) => statusOf({ code }) === 401))('%s', (code) => {
    const { headers } = new TwoFactorRefusal(refusalOf(code));
    // One that no browser asks for a password for.
    expect(headers['WWW-Authenticate']).toMatch(/^(TwoFactor|Bearer) error="[a-z_]+"/);
  });

  it.each(refusalCodes.filter((code) => statusOf({ code }) !== 401))('and no other: %s', (code) => {
    expect(new TwoFactorRefusal(refusalOf(code)).headers).not.toHaveProperty('WWW-Authenticate');
  });

  it('names no code of the app’s own, which a header may not be able to hold', () => {
    const info = { ...refusalOf('account_unavailable'), code: 'gesperrt–"x"' };
    expect(new TwoFactorRefusal(Object(info)).headers).toEqual({ 'WWW-Authenticate': 'TwoFactor' });
  });
});
