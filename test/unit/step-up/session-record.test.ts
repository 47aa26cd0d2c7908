import { describe, expect, it } from 'vitest';
import { trustedDeviceInfo, verifiedInfo } from '../../../lib/flow/proof.js';
import { recordSecondFactor, requireSecondFactor } from '../../../lib/index.js';
import { leaveReturnPath } from '../../../lib/step-up/return-path.js';
import { someChallenge } from '../../fixtures/challenges.js';

const session = () => ({ passport: { user: 1 } });

describe('A mark', () => {
  it('is made of what a code has proved, whatever becomes of the info', () => {
    const request = { session: session() };
    const info = verifiedInfo(someChallenge({ userId: 7 }));
    info.verifiedAt.setFullYear(2999);
    expect(recordSecondFactor(request, info)).toBe(true);
    expect(request.session).toHaveProperty('two-factor-verified', {
      realm: 'users',
      userId: 7,
      at: expect.any(Number),
    });
    const { at } = Object(request.session)['two-factor-verified'];
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('is none where a trusted device took the place of the code', () => {
    const request = { session: session() };
    expect(recordSecondFactor(request, trustedDeviceInfo())).toBe(false);
    expect(request.session).toEqual(session());
  });
});

describe('A34: a mark', () => {
  it.each(['login', 'step-up'] as const)(
    'is none of a code that approved a transaction: %s',
    (purpose) => {
      const request = { session: session() };
      const info = verifiedInfo(
        someChallenge({ purpose, transaction: JSON.stringify('invoice 7') }),
      );
      expect(recordSecondFactor(request, info)).toBe(false);
      expect(request.session).toEqual(session());
    },
  );
});

/** What happens once promises have been kept. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('F17: a page that requires a second factor', () => {
  const redirected = (save: (done: (error?: unknown) => void) => unknown, headersSent = false) => {
    const said: unknown[] = [];
    const request = { method: 'GET', originalUrl: '/guarded', user: { id: 1 }, session: { save } };
    const response = { headersSent, redirect: (...told: unknown[]) => said.push(told) };
    const guard = requireSecondFactor({ redirectTo: '/confirm' });
    guard(Object(request), Object(response), (error) => said.push(error));
    return said;
  };

  it('redirects once the session is saved, and not before', async () => {
    const saves: ((error?: unknown) => void)[] = [];
    const said = redirected((done) => saves.push(done));
    await settled();
    expect(said).toEqual([]);
    saves[0]?.();
    await settled();
    expect(said).toEqual([[303, '/confirm']]);
  });

  it('redirects once a session is saved that gives a promise', async () => {
    const said = redirected(async () => {});
    await settled();
    expect(said).toEqual([[303, '/confirm']]);
  });

  it.each<[string, (done: (error?: unknown) => void, error: Error) => unknown]>([
    ['says so', (done, error) => done(error)],
    ['rejects', (_done, error) => Promise.reject(error)],
    [
      'throws',
      (_done, error) => {
        throw error;
      },
    ],
  ])('does not redirect where a session that cannot be saved %s', async (_how, save) => {
    const canary = new Error('canary');
    const said = redirected((done) => save(done, canary));
    await settled();
    expect(said).toEqual([canary]);
  });

  it('is an error where the session is never saved', async () => {
    const session = { save: () => undefined };
    const request = { method: 'GET', originalUrl: '/', user: { id: 1 }, session };
    const late = leaveReturnPath(Object(request));
    await expect(late).rejects.toMatchObject({ code: 'store_failed' });
  });

  it('says nothing where the answer has left already', async () => {
    const said = redirected(async () => {}, true);
    await settled();
    expect(said).toEqual([]);
  });
});

describe('A page that requires a second factor, for a user of a token', () => {
  it('sends the browser on, with nowhere to keep where it came from', async () => {
    const sent: unknown[] = [];
    const request = { method: 'GET', originalUrl: '/guarded', user: { id: 1 } };
    const response = { redirect: (...told: unknown[]) => sent.push(told) };
    const guard = requireSecondFactor({ redirectTo: '/confirm', verifiedAt: () => undefined });
    guard(Object(request), Object(response), () => sent.push('next'));
    await settled();
    expect(sent).toEqual([[303, '/confirm']]);
  });
});
