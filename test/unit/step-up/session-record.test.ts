import { describe, expect, it } from 'vitest';
import { trustedDeviceInfo, verifiedInfo } from '../../../lib/flow/proof.js';
import { recordSecondFactor } from '../../../lib/index.js';
import { someChallenge } from '../../fixtures/challenges.js';

const session = () => ({ passport: { user: 1 } });

describe('recordSecondFactor', () => {
  it('records what the code proved, even if the app changes the info afterwards', () => {
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

  it('records nothing for a login from a trusted device', () => {
    const request = { session: session() };
    expect(recordSecondFactor(request, trustedDeviceInfo())).toBe(false);
    expect(request.session).toEqual(session());
  });

  it.each(['login', 'step-up'] as const)(
    'A34: records nothing for a %s whose code approved a transaction',
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
