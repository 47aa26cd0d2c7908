import { describe, expect, it } from 'vitest';
import type { Challenge } from '../../../lib/challenge/challenge.js';
import { recoveredInfo, verifiedInfo } from '../../../lib/flow/proof.js';

const challenge: Challenge = {
  id: 'c',
  realm: 'users',
  strategy: 'modica-2fa',
  purpose: 'login',
  userId: 1,
  destination: '+64211234567',
  transaction: undefined,
  userVersion: undefined,
  content: undefined,
  firstNumber: false,
  epoch: undefined,
  delivery: { state: 'sending' },
  createdAt: 1,
  expiresAt: 2,
  resendAt: 2,
};

const verified = (method: 'sms' | 'call') => () =>
  verifiedInfo(challenge, { method, verifiedAt: new Date(1), firstNumber: false });

describe('A25: the amr of a success', () => {
  it.each([
    ['an SMS', verified('sms')],
    ['a call', verified('call')],
    ['a recovery code', () => recoveredInfo({ ...challenge, purpose: 'login' }, 9)],
  ])("with %s is its own: what an app adds to it is not in the next user's", (_code, infoOf) => {
    const first = infoOf();
    const before = [...first.amr];
    Reflect.apply(Array.prototype.push, first.amr, ['pwd']);
    expect(infoOf().amr).toEqual(before);
  });
});
