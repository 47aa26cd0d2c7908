import { describe, expect, it } from 'vitest';
import { notRequiredInfo, trustedDeviceInfo, verifiedInfo } from '../../../lib/flow/proof.js';
import { recordSecondFactor } from '../../../lib/index.js';
import { someChallenge } from '../../fixtures/challenges.js';

/** The info of a success with this challenge. */
const proved = (
  challenge: Parameters<typeof someChallenge>[0],
  { firstNumber = false }: { readonly firstNumber?: boolean } = {},
) => verifiedInfo(someChallenge(challenge), { method: 'sms', verifiedAt: new Date(), firstNumber });

const session = () => ({ passport: { user: 1 } });

describe('recordSecondFactor', () => {
  it('records what the code proved, even if the app changes the info afterwards', () => {
    const request = { session: session() };
    const info = proved({ userId: 7 });
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

  it('records nothing for a login that needed no second factor', () => {
    const request = { session: session() };
    expect(recordSecondFactor(request, notRequiredInfo())).toBe(false);
    expect(request.session).toEqual(session());
  });

  it("records an enrolment only if the number was the user's first", () => {
    const request = { session: session() };
    expect(recordSecondFactor(request, proved({ purpose: 'enrol' }))).toBe(false);
    expect(request.session).toEqual(session());
    expect(recordSecondFactor(request, proved({ purpose: 'enrol' }, { firstNumber: true }))).toBe(
      true,
    );
    expect(request.session).toHaveProperty('two-factor-verified');
  });

  it.each(['login', 'step-up'] as const)(
    'A34: records nothing for a %s whose code approved a transaction',
    (purpose) => {
      const request = { session: session() };
      const info = proved({ purpose, transaction: JSON.stringify('invoice 7') });
      expect(recordSecondFactor(request, info)).toBe(false);
      expect(request.session).toEqual(session());
    },
  );
});
