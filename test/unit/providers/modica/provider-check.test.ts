import { describe, expect, it } from 'vitest';
import { ProviderThrottledError } from '../../../../lib/errors.js';
import type { ModicaOptions } from '../../../../lib/providers/modica/options.js';
import type { Provider } from '../../../../lib/providers/provider.js';
import { listenToEvents } from '../../../fixtures/events.js';
import { providerAnswered } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const verdictOf = async (provider: Provider) => (await provider.check('id', '123456')).verdict;

describe('ModicaProvider.check', () => {
  const verdict = async (status: number, body: object, options?: Partial<ModicaOptions>) =>
    verdictOf(await providerAnswered({ status, body: JSON.stringify(body) }, options));

  it.each(['valid', 'verified', 'approved'])('accepts the status "%s"', async (status) => {
    expect(await verdict(201, { status })).toBe('accepted');
  });

  it.each([
    [201, { status: 'expired' }, 'expired'],
    [201, { status: 'used' }, 'used'],
    [201, { status: 'invalid' }, 'rejected'],
    [400, { error: 'expired' }, 'expired'],
    [400, { error: 'used' }, 'used'],
    [400, { error: 'invalid_code' }, 'rejected'],
  ])('maps a %i with %o to "%s"', async (status, body, said) => {
    expect(await verdict(status, body)).toBe(said);
  });

  it("uses only the app's words, if there are any", async () => {
    const options: Partial<ModicaOptions> = {
      acceptedStatuses: ['OK'],
      statusVerdicts: { late: 'expired' },
      errorVerdicts: { enough: 'exhausted', again: 'used' },
    };
    expect(await verdict(201, { status: 'OK' }, options)).toBe('accepted');
    expect(await verdict(201, { status: 'valid' }, options)).toBe('rejected');
    expect(await verdict(201, { status: 'late' }, options)).toBe('expired');
    expect(await verdict(201, { status: 'expired' }, options)).toBe('rejected');
    expect(await verdict(400, { error: 'enough' }, options)).toBe('exhausted');
    expect(await verdict(400, { error: 'again' }, options)).toBe('used');
    expect(await verdict(400, { error: 'late' }, options)).toBe('rejected');
  });

  it('A35: rejects the status "success", which may mean the request, unless the app accepts it', async () => {
    const heard = listenToEvents();
    expect(await verdict(201, { status: 'success' })).toBe('rejected');
    expect(heard).toEqual([
      expect.objectContaining({ name: 'provider_status_unmapped', word: 'success' }),
    ]);
    const acceptedStatuses = ['success'];
    expect(await verdict(201, { status: 'success' }, { acceptedStatuses })).toBe('accepted');
  });

  it('rejects an unmapped status, and publishes it', async () => {
    const heard = listenToEvents();
    const provider = await providerAnswered({
      body: '{"status":"granted"}',
      status: 201,
      headers: { 'X-Modica-Request-Id': 'request-7' },
    });
    expect(await provider.check('id', '314159')).toEqual({
      verdict: 'rejected',
      requestId: 'request-7',
    });
    expect(heard).toEqual([
      {
        name: 'provider_status_unmapped',
        call: 'check',
        provider: 'modica',
        word: 'granted',
        requestId: 'request-7',
      },
    ]);
  });

  it('rejects an unmapped error, and publishes 64 characters of it', async () => {
    const heard = listenToEvents();
    expect(await verdict(400, { error: 'x'.repeat(1000) })).toBe('rejected');
    expect(heard).toEqual([
      expect.objectContaining({ name: 'provider_error_unmapped', word: 'x'.repeat(64) }),
    ]);
  });

  it('A18: publishes nothing that could be a code or a number', async () => {
    const heard = listenToEvents();
    await verdict(400, { error: 'E42: 123456 for +64211234567' });
    await (
      await providerAnswered({ status: 400, body: '{"error":"AbCdEf is wrong for +64 21 123 45"}' })
    ).check('id', 'AbCdEf');
    expect(heard).toEqual([
      expect.objectContaining({ word: 'E42: … for …' }),
      expect.objectContaining({ word: '… is wrong for …' }),
    ]);
  });

  it('publishes no mapped word', async () => {
    const heard = listenToEvents();
    await verdict(201, { status: 'valid' });
    await verdict(201, { status: 'expired' });
    await verdict(400, { error: 'invalid' }, { errorVerdicts: { invalid: 'rejected' } });
    expect(heard).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    "A14: rejects '%s', a name of the object prototype",
    async (word) => {
      const heard = listenToEvents();
      expect(await verdict(201, { status: word })).toBe('rejected');
      expect(await verdict(400, { error: word })).toBe('rejected');
      expect(heard).toHaveLength(2);
    },
  );

  it('A14: ignores names of the object prototype in a reply', async () => {
    const provider = await providerAnswered({
      status: 201,
      body: '{"__proto__":{"expired":"accepted"},"constructor":{"x":1},"status":"expired"}',
    });
    expect(await verdictOf(provider)).toBe('expired');
    expect(Reflect.get({}, 'expired')).toBeUndefined();
  });

  it('rejects with a ProviderThrottledError for a 429', async () => {
    const provider = await providerAnswered({ status: 429 });
    await thrownBy(ProviderThrottledError, () => provider.check('id', '123456'));
  });
});
