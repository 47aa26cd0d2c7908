import { describe, expect, it, vi } from 'vitest';
import {
  asError,
  ConfigurationError,
  isTwoFactorError,
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderUnavailableError,
  plainCause,
  StoreError,
  VerifyError,
} from '../../lib/errors.js';

const details = { problem: 'It broke.', hint: 'Mend it.' };

describe('A fault', () => {
  it.each([
    [
      new ConfigurationError('option_invalid', details),
      'ConfigurationError',
      'option_invalid',
      500,
    ],
    [new StoreError('store_failed', details), 'StoreError', 'store_failed', 500],
    [new VerifyError('verify_timed_out', details), 'VerifyError', 'verify_timed_out', 500],
    [
      new ProviderUnavailableError(details),
      'ProviderUnavailableError',
      'provider_unavailable',
      503,
    ],
    [
      new ProviderOutcomeUnknownError(details),
      'ProviderOutcomeUnknownError',
      'provider_outcome_unknown',
      504,
    ],
    [
      new ProviderCredentialsError(details),
      'ProviderCredentialsError',
      'provider_credentials_refused',
      500,
    ],
    [new ProviderReplyError(details), 'ProviderReplyError', 'provider_reply_undocumented', 502],
  ])(
    'has a stable code and a status, and hides its message from users: %o',
    (fault, name, code, status) => {
      expect(fault).toMatchObject({ name, code, status, statusCode: status, expose: false });
      expect(fault).toBeInstanceOf(Error);
    },
  );

  it('says what went wrong and how to fix it', () => {
    const fault = new ProviderReplyError(details);
    expect(fault.message).toBe('It broke. Mend it.');
    expect(fault.hint).toBe('Mend it.');
  });

  it('has the underlying error as its cause, if there is one', () => {
    const cause = new Error('socket hang up');
    expect(new StoreError('store_failed', { ...details, cause }).cause).toBe(cause);
    expect(new StoreError('store_failed', details)).not.toHaveProperty('cause');
  });

  it("has a Retry-After header and the provider's request id", () => {
    const fault = new ProviderUnavailableError({ ...details, retryAfter: 7, requestId: 'r-1' });
    expect(fault.headers).toEqual({ 'Retry-After': '7' });
    expect(fault).toMatchObject({ retryAfter: 7, requestId: 'r-1' });
  });

  it('has no headers without a time to retry', () => {
    const fault = new ProviderUnavailableError(details);
    expect(fault.headers).toEqual({});
    expect(fault.retryAfter).toBeUndefined();
    expect(fault.requestId).toBeUndefined();
  });
});

describe('isTwoFactorError', () => {
  it('is true for a fault, even from another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../../lib/errors.js');
    const foreign = new copy.ConfigurationError('session_missing', details);
    expect(foreign).not.toBeInstanceOf(ConfigurationError);
    expect(isTwoFactorError(foreign)).toBe(true);
    expect(isTwoFactorError(new ConfigurationError('session_missing', details))).toBe(true);
  });

  it.each([
    ['an error without a code', new Error('plain')],
    ['an error with a code of somebody else', Object.assign(new Error('x'), { code: 'ENOENT' })],
    ['a code that is not a text', Object.assign(new Error('x'), { code: 500 })],
    ["a word of Object's prototype", Object.assign(new Error('x'), { code: 'constructor' })],
    ['a code of ours alone', Object.assign(new Error('x'), { code: 'store_failed' })],
    [
      'a code of ours with a status that is none of a fault',
      Object.assign(new Error('x'), {
        code: 'store_failed',
        expose: false,
        status: 200,
        headers: {},
      }),
    ],
    ['an object that is no error', { code: 'session_missing' }],
    ['nothing', undefined],
  ])('is false for %s', (_what, thrown) => {
    expect(isTwoFactorError(thrown)).toBe(false);
  });
});

describe('asError', () => {
  it('returns an Error unchanged', () => {
    const error = new RangeError('as it was');
    expect(asError(error)).toBe(error);
  });

  it.each([[undefined], [null], ['route'], ['router'], [false], [{ message: 'no error' }]])(
    'makes an Error of a thrown %o, so that it can neither pass nor skip a route',
    (thrown) => {
      const error = asError(thrown);
      expect(error).toBeInstanceOf(VerifyError);
      expect(error).toMatchObject({ code: 'verify_failed', status: 500 });
      expect(error.cause).toBe(thrown);
    },
  );
});

/** As better-sqlite3 makes its errors: from a function, so that they are no native ones. */
function sqliteError(message: string, code: string): Error {
  const error: Error = Object.create(Error.prototype);
  Error.captureStackTrace(error);
  return Object.assign(error, { name: 'SqliteError', message, code });
}

describe('F24: an error that is not a native one', () => {
  it.each([
    [new DOMException('The operation was aborted', 'AbortError'), 'AbortError', 20],
    [sqliteError('no such table: records', 'SQLITE_ERROR'), 'SqliteError', 'SQLITE_ERROR'],
  ])('F24: keeps its message, name and code as a cause: %s', (thrown, name, code) => {
    expect(asError(thrown)).toBe(thrown);
    const cause = plainCause(thrown);
    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({ message: thrown.message, name, code });
  });
});

describe('A cause', () => {
  it('F15: includes the reasons of an AggregateError, whose own message is empty', () => {
    const reasons = ['connect ECONNREFUSED ::1:6379', 'connect ECONNREFUSED 127.0.0.1:6379'];
    const error = Object.assign(new AggregateError(reasons.map((reason) => new Error(reason))), {
      code: 'ECONNREFUSED',
    });
    const cause = plainCause(error);
    expect(cause.message).toBe(reasons.join('; '));
    expect(cause).toMatchObject({ name: 'AggregateError', code: 'ECONNREFUSED' });
    expect(Object.keys(cause)).toEqual(['code']);
  });

  it.each([
    [
      new Error('fetch failed', { cause: new Error('connect ETIMEDOUT') }),
      'fetch failed: connect ETIMEDOUT',
    ],
    [new Error('socket hang up', { cause: new Error('hang up') }), 'socket hang up'],
    [new AggregateError([new Error('twice'), new Error('twice'), 'no error']), 'twice'],
    [new AggregateError([]), 'AggregateError'],
    [
      new AggregateError([new AggregateError([new Error('deep')])], 'all failed'),
      'all failed: deep',
    ],
  ])('includes each underlying reason once: %#', (error, message) => {
    expect(plainCause(error).message).toBe(message);
  });

  it('that refers to itself ends', () => {
    const error = new Error('round');
    error.cause = new Error('and round', { cause: error });
    expect(plainCause(error).message).toBe('round: and round');
  });

  it('A41: contains no secret from nested causes and reasons', () => {
    const beneath = new AggregateError([new Error('to +64211234567 with AbCdEf')]);
    const error = new Error('sending failed', { cause: beneath });
    expect(plainCause(error, ['AbCdEf']).message).toBe('sending failed: to … with …');
  });

  it('can be a thrown string', () => {
    expect(plainCause('to +64211234567').message).toBe('to …');
    expect(plainCause({ status: 1 }).message).toContain('not an Error');
  });

  it.each([
    ['ECONNREFUSED', 'ECONNREFUSED'],
    ['42P01', '42P01'],
    [11_000, 11_000],
    ['64211234567', undefined],
    [64_211_234_567, undefined],
    ['AbCdEf', undefined],
    ['two words', undefined],
    [null, undefined],
  ])('A41: keeps a code only if it looks like one: %s', (code, kept) => {
    const cause = plainCause(Object.assign(new Error('x'), { code }), ['AbCdEf']);
    expect(Reflect.get(cause, 'code')).toBe(kept);
  });
});
