import { describe, expect, it } from 'vitest';
import type { Challenge } from '../../../lib/challenge/challenge.js';
import { writeHandle } from '../../../lib/challenge/handle.js';
import { ConfigurationError, inMemory, ModicaTwoFactorStrategy } from '../../../lib/index.js';
import { SingleUse } from '../../../lib/limits/single-use.js';
import { challengesIn, firstFactorOf, someChallenge } from '../../fixtures/challenges.js';
import { minute, second } from '../../fixtures/clock.js';
import { account } from '../../fixtures/modica.js';
import { thrownBy } from '../../fixtures/thrown.js';

/** A strategy, and what it shows of a challenge in its memory. */
async function withPending(some: Partial<Challenge> = {}) {
  const memory = inMemory();
  const strategy = new ModicaTwoFactorStrategy(
    { ...account, ...memory, state: 'client', destination: () => null },
    async () => null,
  );
  const pending = challengesIn(memory.store);
  const challenge = someChallenge(some);
  const firstFactor = firstFactorOf(challenge);
  await pending.add(challenge, firstFactor);
  const id = writeHandle(challenge, firstFactor);
  const request = { body: { challenge: id } };
  return {
    challenge,
    id,
    forget: () => pending.remove(challenge, firstFactor),
    use: () => new SingleUse(memory.limiter, 9900).claim(challenge.id),
    show: (query: object = {}) => strategy.pending(request, query),
  };
}

describe('The info of a pending challenge', () => {
  it('shows the challenge with a masked number', async () => {
    const { challenge, id, show } = await withPending();
    expect(await show()).toEqual({
      id,
      purpose: 'login',
      channel: 'sms',
      callAvailable: false,
      destination: '•••••67',
      delivery: 'sent',
      expiresAt: new Date(challenge.expiresAt),
      resendAt: new Date(challenge.resendAt),
      attemptsRemaining: 5,
    });
  });

  it('is undefined when the challenge has been erased', async () => {
    const { forget, show } = await withPending();
    await forget();
    expect(await show()).toBeUndefined();
  });

  it('is undefined when the challenge is used', async () => {
    const { use, show } = await withPending();
    await use();
    expect(await show()).toBeUndefined();
  });

  it('is shown after its code has expired, as long as it can be resent', async () => {
    const createdAt = Date.now() - 15 * minute + second;
    const { id, show } = await withPending({ createdAt, expiresAt: createdAt + 5 * minute });
    expect(await show()).toMatchObject({ id, attemptsRemaining: 5 });
  });

  it('is undefined once the first factor is too old for it to be answered or resent', async () => {
    const { show } = await withPending({ createdAt: Date.now() - 15 * minute });
    expect(await show()).toBeUndefined();
  });

  it.each<Partial<Challenge>>([{ realm: 'staff' }, { strategy: 'other' }, { purpose: 'step-up' }])(
    'is nothing of a challenge that is for something else: %o',
    async (other) => {
      const { show } = await withPending(other);
      expect(await show()).toBeUndefined();
    },
  );

  it('is nothing of a login on the page of a transaction', async () => {
    const { show } = await withPending();
    expect(await show({ transaction: { amount: '100 USD' } })).toBeUndefined();
    // Nobody could read it in the message, so no challenge is for it.
    expect(await show({ transaction: 'a\u0000' })).toBeUndefined();
  });

  it.each([
    [{ purpse: 'step-up' }, 'Did you mean "purpose"?'],
    [{ binding: 'x' }, 'Did you mean "transaction"?'],
    [{ purpose: 'stepup' }, "must be 'login', 'step-up' or 'enrol'"],
  ])('is an error for a query that is misspelt: %j', async (query, message) => {
    const { show } = await withPending();
    const error = await thrownBy(ConfigurationError, () => show(query));
    expect(error.code).toBe('route_option_invalid');
    expect(error.message).toContain(message);
  });
});
