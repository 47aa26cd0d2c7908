import { describe, expect, it } from 'vitest';
import { describeChallenge } from '../../../lib/flow/describe-challenge.js';
import { someChallenge } from '../../fixtures/challenges.js';
import { minute } from '../../fixtures/clock.js';

describe('The info of a challenge', () => {
  it("has the client's own id, the masked number, the delivery state and the times", () => {
    const challenge = someChallenge({ createdAt: 0, expiresAt: 5 * minute, resendAt: minute });
    const more = { id: 'of-the-client', attemptsRemaining: 4, reused: true };
    expect(describeChallenge({ chain: { canCall: true } }, challenge, more)).toStrictEqual({
      id: 'of-the-client',
      purpose: 'login',
      destination: '•••••67',
      channel: 'sms',
      callAvailable: true,
      delivery: 'sent',
      reused: true,
      expiresAt: new Date(5 * minute),
      resendAt: new Date(minute),
      attemptsRemaining: 4,
    });
  });
});
