import { describe, expect, it } from 'vitest';
import { Flow } from '../../../lib/flow/flow.js';
import type { PhaseRequest } from '../../../lib/flow/flow-context.js';
import { inMemory } from '../../../lib/index.js';
import { Words } from '../../../lib/message/translations.js';
import { PendingChallenges } from '../../../lib/storage/challenges.js';
import { firstFactorOf, someChallenge } from '../../fixtures/challenges.js';
import { minute } from '../../fixtures/clock.js';
import { limitSettings } from '../../fixtures/limits.js';
import { providerOf } from '../../fixtures/modica.js';

const nobody: PhaseRequest<Express.User> = {
  purpose: 'step-up',
  user: undefined,
  transaction: undefined,
  newDestination: undefined,
  ip: undefined,
  locale: 'en',
  devices: [],
};

/** The flow alone, at which nobody is logged in: whoever asks it need not be Passport. */
async function startFlow() {
  const storage = inMemory();
  const flow = new Flow<Express.User>({
    name: 'modica-2fa',
    realm: 'users',
    provider: providerOf({ url: 'http://127.0.0.1:1' }),
    limits: limitSettings(),
    storage,
    words: new Words(),
    verifyTimeout: 1000,
    userId: (user) => user.id,
    destination: (user) => user.mobile,
  });
  const challenge = someChallenge({ purpose: 'step-up' });
  const firstFactor = firstFactorOf(challenge);
  await new PendingChallenges(storage.store).add(challenge, firstFactor, minute);
  const handle = { challengeId: challenge.id, firstFactorId: firstFactor.id };
  return { flow, answered: { handle, claimed: true } };
}

describe('A step-up without anybody', () => {
  const load = async () => ({});
  const required = { kind: 'refused', refusal: { code: 'first_factor_required' } };

  it('is refused by the flow itself, in each phase', async () => {
    const { flow, answered } = await startFlow();
    expect(await flow.challenge(nobody, undefined, load)).toMatchObject(required);
    expect(await flow.resend(answered, nobody)).toMatchObject(required);
    expect(await flow.respond(answered, nobody, { code: '123456', load })).toMatchObject(required);
  });
});
