import { describe, expect, it } from 'vitest';
import { createFlowContext, type PhaseRequest } from '../../../lib/flow/flow-context.js';
import { resendCode } from '../../../lib/flow/resend-code.js';
import { startChallenge } from '../../../lib/flow/start-challenge.js';
import { verifyCode } from '../../../lib/flow/verify-code.js';
import { inMemory } from '../../../lib/index.js';
import { Translations } from '../../../lib/message/translations.js';
import { challengesIn, firstFactorOf, someChallenge } from '../../fixtures/challenges.js';
import { limitSettings } from '../../fixtures/limits.js';
import { providerOf } from '../../fixtures/modica.js';

const anonymous: PhaseRequest<Express.User> = {
  purpose: 'step-up',
  user: undefined,
  transaction: undefined,
  newDestination: undefined,
  ip: undefined,
  locale: 'en',
  isRequired: async () => true,
  deviceChecks: [],
};

/** A pending step-up, and the phases without the strategy in front of them. */
async function startStepUp() {
  const storage = inMemory();
  const context = createFlowContext<Express.User>({
    name: 'modica-2fa',
    realm: 'users',
    provider: providerOf({ url: 'http://127.0.0.1:1' }),
    limits: limitSettings(),
    storage,
    translations: new Translations(),
    verifyTimeout: 1000,
    userId: (user) => user.id,
    destination: (user) => user.mobile,
  });
  const challenge = someChallenge({ purpose: 'step-up' });
  const firstFactor = firstFactorOf(challenge);
  await challengesIn(storage.store).add(challenge, firstFactor);
  const handle = { challengeId: challenge.id, firstFactorId: firstFactor.id };
  return { context, presented: { handle, claimed: true } };
}

describe('A step-up without a user', () => {
  const load = async () => ({});
  const required = { kind: 'refused', refusal: { code: 'first_factor_required' } };

  it('A30: is refused by each phase itself, even if the strategy does not check', async () => {
    const { context, presented } = await startStepUp();
    const start = { held: undefined, load, trace: {} };
    expect(await startChallenge(context, anonymous, start)).toMatchObject(required);
    const resend = { channel: 'sms', trace: {} } as const;
    expect(await resendCode(context, presented, anonymous, resend)).toMatchObject(required);
    const response = { code: '123456', load, trace: {} };
    expect(await verifyCode(context, presented, anonymous, response)).toMatchObject(required);
  });
});
