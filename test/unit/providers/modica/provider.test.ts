import { describe, expect, it } from 'vitest';
import type { ReplacedReply } from '../../../../lib/emulator/index.js';
import { ProviderReplyError, ProviderUnavailableError } from '../../../../lib/errors.js';
import type { ModicaOptions } from '../../../../lib/providers/modica/options.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { listenToEvents } from '../../../fixtures/events.js';
import { mobile, providerOf } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

/** A provider whose next request is answered with this. */
async function answered(reply: Partial<ReplacedReply>, options: Partial<ModicaOptions> = {}) {
  const emulator = await startEmulator();
  emulator.bendNext({ processed: true, ...reply, reply: 'replaced' });
  return { emulator, provider: providerOf(emulator, options) };
}

describe('Sending a code', () => {
  it('gives the id of the challenge and how long the code is good for', async () => {
    const emulator = await startEmulator();
    expect(await providerOf(emulator).send(mobile)).toEqual({
      kind: 'sent',
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
      lifetime: 300_000,
    });
    expect(emulator.messages.map(({ to }) => to)).toEqual([mobile]);
  });

  it('sends the text, the mask and the validity that the app set', async () => {
    const emulator = await startEmulator();
    const message = { content: 'Bank: %(code)s', mask: 'Bank', expiresIn: 60 };
    const delivery = await providerOf(emulator, message).send(mobile);
    expect(delivery).toMatchObject({ lifetime: 60_000 });
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toEqual({
      destination: mobile,
      content: 'Bank: %(code)s',
      mask: 'Bank',
      expiresIn: '60',
    });
  });

  it('says that the number was refused', async () => {
    const { provider } = await answered({ status: 400, body: '{"error":"invalid_attrib"}' });
    expect(await provider.send(mobile)).toEqual({ kind: 'refused' });
  });

  it('says that there were too many, and when to come back', async () => {
    const { provider } = await answered({ status: 429, headers: { 'Retry-After': '9' } });
    expect(await provider.send(mobile)).toEqual({ kind: 'throttled', retryAfter: 9 });
  });

  const lasting = (expires: string) => ({
    body: JSON.stringify({ id: 'id', created: '2030-01-01T00:00:00Z', expires }),
  });

  it.each([
    ['2030-01-01T00:00:00.001Z', 1],
    ['2030-01-01T00:10:00Z', 600_000],
    ['2030-01-01T01:00:00Z', 3_600_000],
  ])(
    'believes the time between created and expires, whatever the time is here: %s',
    async (expires, lifetime) => {
      const { provider } = await answered(lasting(expires));
      expect(await provider.send(mobile)).toEqual({ kind: 'sent', reference: 'id', lifetime });
    },
  );

  it.each([
    ['no time at all', '2030-01-01T00:00:00Z'],
    ['an end before its begin', '2029-12-31T23:59:59Z'],
    ['a millisecond more than an hour', '2030-01-01T01:00:00.001Z'],
    ['a thousand years', '3030-01-01T00:00:00Z'],
  ])('does not believe %s', async (_what, expires) => {
    const { provider } = await answered(lasting(expires));
    const error = await thrownBy(ProviderReplyError, () => provider.send(mobile));
    expect(error.status).toBe(502);
    expect(error.requestId).toEqual(expect.any(String));
  });
});

describe('The lifetime before the API has said one', () => {
  it('is what the app set, or five minutes', () => {
    const place = { url: 'http://127.0.0.1:1' };
    expect(providerOf(place, { expiresIn: 60 }).lifetime).toBe(60_000);
    expect(providerOf(place).lifetime).toBe(300_000);
  });
});

describe('A code', () => {
  const { codeForm } = providerOf({ url: 'http://127.0.0.1:1' });

  it.each(['1234', '123456', 'aB3dE9', '123456789012'])('can look like %s', (code) => {
    expect(codeForm.test(code)).toBe(true);
  });

  it.each([
    '',
    '123',
    '1234567890123',
    '12 34',
    '12-34',
    '12.34',
    '1234\n',
    '１２３４',
    '١٢٣٤',
    '../..',
  ])('A13: cannot look like %o', (code) => {
    expect(codeForm.test(code)).toBe(false);
  });
});

describe('Checking a code', () => {
  const verdict = async (status: number, body: object, options?: Partial<ModicaOptions>) =>
    (await answered({ status, body: JSON.stringify(body) }, options)).provider.check(
      'id',
      '123456',
    );

  it.each(['valid', 'verified', 'approved', 'success'])('takes "%s" for a yes', async (status) => {
    expect(await verdict(201, { status })).toBe('accepted');
  });

  it.each([
    [201, { status: 'expired' }, 'expired'],
    [201, { status: 'used' }, 'used'],
    [201, { status: 'invalid' }, 'rejected'],
    [400, { error: 'expired' }, 'expired'],
    [400, { error: 'used' }, 'used'],
    [400, { error: 'invalid_code' }, 'rejected'],
  ])('takes %i %o for what it says', async (status, body, said) => {
    expect(await verdict(status, body)).toBe(said);
  });

  it('takes the words of the app alone, where it gives any', async () => {
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

  it('tells the operator of a word that nobody mapped, and refuses it', async () => {
    const heard = listenToEvents();
    const { provider } = await answered({
      body: '{"status":"granted"}',
      status: 201,
      headers: { 'X-Modica-Request-Id': 'request-7' },
    });
    expect(await provider.check('id', '314159')).toBe('rejected');
    expect(heard).toEqual([
      {
        name: 'provider_word_unmapped',
        provider: 'modica',
        field: 'status',
        word: 'granted',
        requestId: 'request-7',
      },
    ]);
  });

  it('tells the operator of an error that nobody mapped, and no more of it than fits a line', async () => {
    const heard = listenToEvents();
    expect(await verdict(400, { error: 'x'.repeat(1000) })).toBe('rejected');
    expect(heard).toEqual([expect.objectContaining({ field: 'error', word: 'x'.repeat(64) })]);
  });

  it('tells nobody of a word that is mapped', async () => {
    const heard = listenToEvents();
    await verdict(201, { status: 'valid' });
    await verdict(201, { status: 'expired' });
    await verdict(400, { error: 'invalid' }, { errorVerdicts: { invalid: 'rejected' } });
    expect(heard).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    "A14: does not look '%s' up on a prototype",
    async (word) => {
      const heard = listenToEvents();
      expect(await verdict(201, { status: word })).toBe('rejected');
      expect(await verdict(400, { error: word })).toBe('rejected');
      expect(heard).toHaveLength(2);
    },
  );

  it('A14: is not changed by names of the prototype in a reply', async () => {
    const { provider } = await answered({
      status: 201,
      body: '{"__proto__":{"expired":"accepted"},"constructor":{"x":1},"status":"expired"}',
    });
    expect(await provider.check('id', '123456')).toBe('expired');
    expect(Reflect.get({}, 'expired')).toBeUndefined();
  });

  it('throws what broke', async () => {
    const { provider } = await answered({ status: 429 });
    await thrownBy(ProviderUnavailableError, () => provider.check('id', '123456'));
  });
});
