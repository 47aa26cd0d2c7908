import { describe, expect, it } from 'vitest';
import type { RefusalCode, RefusalInfo } from '../../lib/outcome.js';
import { isRefusal, TwoFactorRefusal } from '../../lib/refusal.js';

const refusalOf = (code: RefusalCode, detail: Partial<RefusalInfo> = {}): RefusalInfo => ({
  code,
  message: 'That did not work.',
  ...detail,
});

describe('TwoFactorRefusal', () => {
  it('is an error in the shape of http-errors, its message for the user to see', () => {
    const info = refusalOf('code_rejected', { attemptsRemaining: 3 });
    const refusal = new TwoFactorRefusal(info);
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).toMatchObject({
      name: 'TwoFactorRefusal',
      code: 'code_rejected',
      message: info.message,
      status: 401,
      statusCode: 401,
      expose: true,
      headers: {},
      info,
    });
  });

  it('answers a client with its info and nothing else', () => {
    const info = refusalOf('code_rejected', { attemptsRemaining: 3 });
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
    expect(isRefusal(refusalOf('challenge_missing'))).toBe(true);
  });

  it.each([
    ["the info of somebody else's strategy", { message: 'Missing credentials' }],
    ['a code of somebody else', { code: 'account_closed' }],
    ['a code that is not a text', { code: 401 }],
    ["a word of Object's prototype", { code: 'hasOwnProperty' }],
    ['a text', 'code_rejected'],
    ['null', null],
    ['nothing', undefined],
  ])('does not take %s for one', (_what, info) => {
    expect(isRefusal(info)).toBe(false);
  });
});
