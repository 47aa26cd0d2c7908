import { describe, expect, it } from 'vitest';
import { requireSecondFactor } from '../../../lib/index.js';
import { leaveReturnPath } from '../../../lib/step-up/return-path.js';

/** Resolves after all promise callbacks that are pending. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('F17: requireSecondFactor with redirectTo', () => {
  const callsOf = (save: (done: (error?: unknown) => void) => unknown, headersSent = false) => {
    const calls: unknown[] = [];
    const request = { method: 'GET', originalUrl: '/guarded', user: { id: 1 }, session: { save } };
    const response = { headersSent, redirect: (...args: unknown[]) => calls.push(args) };
    const guard = requireSecondFactor({ redirectTo: '/confirm' });
    guard(Object(request), Object(response), (error) => calls.push(error));
    return calls;
  };

  it('redirects after the session is saved, not before', async () => {
    const saves: ((error?: unknown) => void)[] = [];
    const calls = callsOf((done) => saves.push(done));
    await settled();
    expect(calls).toEqual([]);
    saves[0]?.();
    await settled();
    expect(calls).toEqual([[303, '/confirm']]);
  });

  it('redirects after a session whose save returns a promise is saved', async () => {
    const calls = callsOf(async () => {});
    await settled();
    expect(calls).toEqual([[303, '/confirm']]);
  });

  it.each<[string, (done: (error?: unknown) => void, error: Error) => unknown]>([
    ['calls back with an error', (done, error) => done(error)],
    ['rejects with an error', (_done, error) => Promise.reject(error)],
    [
      'throws an error',
      (_done, error) => {
        throw error;
      },
    ],
  ])('passes the error on and does not redirect if saving the session %s', async (_how, save) => {
    const canary = new Error('canary');
    const calls = callsOf((done) => save(done, canary));
    await settled();
    expect(calls).toEqual([canary]);
  });

  it('fails with store_failed if saving the session never ends', async () => {
    const session = { save: () => undefined };
    const request = { method: 'GET', originalUrl: '/', user: { id: 1 }, session };
    const late = leaveReturnPath(Object(request));
    await expect(late).rejects.toMatchObject({
      code: 'store_failed',
      hint: expect.stringContaining('session store'),
    });
  });

  it('does nothing if the response was sent meanwhile', async () => {
    const calls = callsOf(async () => {}, true);
    await settled();
    expect(calls).toEqual([]);
  });

  it('redirects a user of a token, without a session to keep the path in', async () => {
    const calls: unknown[] = [];
    const request = { method: 'GET', originalUrl: '/guarded', user: { id: 1 } };
    const response = { redirect: (...args: unknown[]) => calls.push(args) };
    const guard = requireSecondFactor({ redirectTo: '/confirm', verifiedAt: () => undefined });
    guard(Object(request), Object(response), () => calls.push('next'));
    await settled();
    expect(calls).toEqual([[303, '/confirm']]);
  });
});

describe('The refusal of requireSecondFactor', () => {
  it('has a maxAge only if the guard has one', () => {
    const infos = [{}, { maxAge: 300 }].map((options) => {
      const errors: unknown[] = [];
      const guard = requireSecondFactor(options);
      guard(Object({ user: { id: 1 }, session: {} }), Object({}), (error) => errors.push(error));
      return Reflect.get(Object(errors[0]), 'info');
    });
    const refusal = { code: 'second_factor_required', message: expect.any(String) };
    expect(infos).toStrictEqual([refusal, { ...refusal, maxAge: 300 }]);
  });
});

describe('A function for redirectTo', () => {
  const callsOf = async (redirectTo: unknown, user: unknown = { id: 1, mobile: null }) => {
    const calls: unknown[] = [];
    const request = { method: 'GET', originalUrl: '/guarded', user, session: {} };
    const response = { redirect: (...args: unknown[]) => calls.push(args) };
    const guard = requireSecondFactor(Object({ redirectTo }));
    guard(Object(request), Object(response), (error) => calls.push(error));
    await settled();
    return calls;
  };

  it('decides by the request where the user proves a factor', async () => {
    const byNumber = ({ user }: { user: { mobile: unknown } }) =>
      user.mobile ? '/confirm' : '/phone';
    expect(await callsOf(byNumber)).toEqual([[303, '/phone']]);
    expect(await callsOf(byNumber, { id: 1, mobile: '+64211111111' })).toEqual([[303, '/confirm']]);
  });

  it('is not called for a request without a user', async () => {
    const calls = await callsOf(() => expect.unreachable(), null);
    expect(calls).toEqual([expect.objectContaining({ code: 'first_factor_required' })]);
  });

  it.each([
    undefined,
    null,
    7,
    '',
    'phone',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
  ])('A23: that returns %j is an error, and redirects nowhere', async (path) => {
    const calls = await callsOf(() => path);
    expect(calls).toEqual([expect.objectContaining({ code: 'option_invalid' })]);
  });

  it('that returns a promise, or throws, is an error', async () => {
    expect(await callsOf(async () => '/phone')).toEqual([
      expect.objectContaining({
        code: 'option_invalid',
        message: expect.stringContaining('"redirectTo"'),
      }),
    ]);
    const canary = new Error('canary');
    const calls = await callsOf(() => {
      throw canary;
    });
    expect(calls).toEqual([canary]);
  });
});
