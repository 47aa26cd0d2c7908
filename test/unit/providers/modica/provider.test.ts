import { describe, expect, it } from 'vitest';
import { ProviderReplyError } from '../../../../lib/errors.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { mobile, providerAnswered, providerOf } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

describe('Sending a code', () => {
  it('gives the id of the challenge and how long the code is good for', async () => {
    const emulator = await startEmulator();
    expect(await providerOf(emulator).send(mobile)).toEqual({
      kind: 'sent',
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
      lifetime: 300_000,
      requestId: expect.any(String),
    });
    expect(emulator.messages.map(({ to }) => to)).toEqual([mobile]);
  });

  it('sends the text, the mask and the validity that the app set', async () => {
    const emulator = await startEmulator();
    const provider = providerOf(emulator, { mask: 'Bank', expiresIn: 60 });
    const delivery = await provider.send(mobile, 'Bank: %(code)s');
    expect(delivery).toMatchObject({ lifetime: 60_000 });
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toEqual({
      destination: mobile,
      content: 'Bank: %(code)s',
      mask: 'Bank',
      expiresIn: '60',
    });
  });

  it('says that the number was refused', async () => {
    const provider = await providerAnswered({ status: 400, body: '{"error":"invalid_attrib"}' });
    expect(await provider.send(mobile)).toEqual({ kind: 'refused', requestId: expect.any(String) });
  });

  it('says that there were too many, and when to come back', async () => {
    const provider = await providerAnswered({ status: 429, headers: { 'Retry-After': '9' } });
    expect(await provider.send(mobile)).toEqual({
      kind: 'throttled',
      retryAfter: 9,
      requestId: expect.any(String),
    });
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
      const provider = await providerAnswered(lasting(expires));
      expect(await provider.send(mobile)).toMatchObject({
        kind: 'sent',
        reference: 'id',
        lifetime,
      });
    },
  );

  it.each([
    ['no time at all', '2030-01-01T00:00:00Z'],
    ['an end before its begin', '2029-12-31T23:59:59Z'],
    ['a millisecond more than an hour', '2030-01-01T01:00:00.001Z'],
    ['a thousand years', '3030-01-01T00:00:00Z'],
  ])('does not believe %s', async (_what, expires) => {
    const provider = await providerAnswered(lasting(expires));
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
