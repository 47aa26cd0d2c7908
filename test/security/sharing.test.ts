import Keyv from 'keyv';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, inMemory, ModicaTwoFactorStrategy } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { stopClock } from '../fixtures/clock.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { someMemory } from '../fixtures/memory.js';
import { thrownBy } from '../fixtures/thrown.js';

type Options = ConstructorParameters<typeof ModicaTwoFactorStrategy>[0];

const refusal = (options: Partial<Options>) =>
  thrownBy(ConfigurationError, () => {
    const required = { username: 'app', password: 'secret', destination: () => null };
    return new ModicaTwoFactorStrategy({ ...required, ...options }, async () => undefined);
  });

describe('F10: a storage that is only partly shared', () => {
  it('is rejected when the limiter is in this process and the store may not be', async () => {
    const error = await refusal({
      store: new Keyv({ throwOnErrors: true }),
      limiter: (options) => new RateLimiterMemory(options),
    });
    expect(error.message).toContain('counts in this process alone');
  });

  it('is rejected when only one half is configured', async () => {
    const { store, limiter } = inMemory();
    expect((await refusal({ store })).message).toContain('go together');
    expect((await refusal({ limiter })).message).toContain('go together');
  });

  it('is rejected when strategies share a limiter with different limits', async () => {
    const memory = inMemory();
    const options = { username: 'app', password: 'secret', destination: () => null, ...memory };
    new ModicaTwoFactorStrategy(options, async () => undefined);
    const error = await refusal({ ...memory, limits: { firstFactorMaxAge: 600 } });
    expect(error.message).toContain('option "limits" differs');
  });

  it('is rejected when its adapter hides a failed write', async () => {
    const adapter = Object.assign(new Map(), { opts: {}, throwOnErrors: false, on: () => {} });
    const error = await refusal({
      ...inMemory(),
      store: new Keyv({ store: adapter, throwOnErrors: true }),
    });
    expect(error.message).toContain('throwOnErrors');
  });
});

describe('A realm', () => {
  it.each([
    ['of its own: customer 1 locks customer 1 alone', 'staff', 'challenge_sent'],
    ['that is shared: user 1 is one user', undefined, 'user_locked'],
  ])('%s', async (_what, realm, expected) => {
    stopClock();
    const memory = await someMemory();
    const limits = { failuresPerUser: 1 };
    const customers = await startApp({ strategy: { ...memory, limits } });
    const staff = await startApp({ strategy: { ...memory, limits, realm } });
    const alice = customers.browser();
    await alice.login();
    await alice.enter(wrongCodeFor(customers.emulator));
    staff.users.alice.mobile = '+64219999999';
    expect((await staff.browser().login()).body.code).toBe(expected);
  });

  it('is part of a challenge, which another realm cannot answer', async () => {
    const memory = await someMemory();
    const customers = await startApp({ session: false, strategy: { ...memory, state: 'client' } });
    const staff = await startApp({
      session: false,
      strategy: { ...memory, state: 'client', realm: 'staff', ...customers.emulator.account },
    });
    const credentials = { username: 'alice', password: 'right' };
    const { id } = (await customers.client().post('/login').send(credentials)).body.challenge;
    const answer = { code: newestCode(customers.emulator), challenge: id };
    const crossed = await staff.client().post('/login/code').send(answer);
    expect(crossed.body.code).toBe('challenge_not_found');
  });
});
