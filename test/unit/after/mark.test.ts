import { describe, expect, it } from 'vitest';
import { markSecondFactor, requireSecondFactor } from '../../../lib/index.js';
import { rememberedInfo, verifiedInfo } from '../../../lib/verified.js';
import { someChallenge } from '../../fixtures/challenges.js';

const session = () => ({ passport: { user: 1 } });

describe('A mark', () => {
  it('is made of what a code has proved, whatever becomes of the info', () => {
    const request = { session: session() };
    const info = verifiedInfo(someChallenge({ userId: 7 }));
    info.verifiedAt.setFullYear(2999);
    expect(markSecondFactor(request, info)).toBe(true);
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
    expect(markSecondFactor(request, rememberedInfo())).toBe(false);
    expect(request.session).toEqual(session());
  });
});

describe('A34: a mark', () => {
  it.each(['login', 'step-up'] as const)(
    'is none of a code that approved a transaction: %s',
    (purpose) => {
      const request = { session: session() };
      const info = verifiedInfo(someChallenge({ purpose, binding: JSON.stringify('invoice 7') }));
      expect(markSecondFactor(request, info)).toBe(false);
      expect(request.session).toEqual(session());
    },
  );
});

describe('F17: a page that requires a second factor', () => {
  const redirected = (save: (done: (error?: unknown) => void) => void) => {
    const said: unknown[] = [];
    const request = { method: 'GET', originalUrl: '/guarded', user: { id: 1 }, session: { save } };
    const response = { redirect: (...told: unknown[]) => said.push(told) };
    const guard = requireSecondFactor({ redirectTo: '/confirm' });
    guard(Object(request), Object(response), (error) => said.push(error));
    return said;
  };

  it('redirects once the session is saved, and not before', () => {
    const saves: ((error?: unknown) => void)[] = [];
    const said = redirected((done) => saves.push(done));
    expect(said).toEqual([]);
    saves[0]?.();
    expect(said).toEqual([[303, '/confirm']]);
  });

  it('does not redirect where the session cannot be saved', () => {
    const canary = new Error('canary');
    expect(redirected((done) => done(canary))).toEqual([canary]);
  });
});

describe('A page that requires a second factor, for a user of a token', () => {
  it('sends the browser on, with nowhere to keep where it came from', () => {
    const sent: unknown[] = [];
    const request = { method: 'GET', originalUrl: '/guarded', user: { id: 1 } };
    const response = { redirect: (...told: unknown[]) => sent.push(told) };
    const guard = requireSecondFactor({ redirectTo: '/confirm', verifiedAt: () => undefined });
    guard(Object(request), Object(response), () => sent.push('next'));
    expect(sent).toEqual([[303, '/confirm']]);
  });
});
