import { describe, expect, it } from 'vitest';
import { ProviderCredentialsError, ProviderReplyError } from '../../../../lib/errors.js';
import type { ModicaOptions } from '../../../../lib/providers/modica/options.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { listenToEvents } from '../../../fixtures/events.js';
import { mobile, providerAnswered, providerOf } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

describe('ModicaProvider.send', () => {
  it('returns the id of the challenge and the lifetime of the code', async () => {
    const emulator = await startEmulator();
    expect(await providerOf(emulator).send(mobile)).toEqual({
      kind: 'sent',
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
      codeLifetime: 300,
      requestId: expect.any(String),
    });
    expect(emulator.messages.map(({ to }) => to)).toEqual([mobile]);
  });

  it('sends the content, the mask and the lifetime that the app set', async () => {
    const emulator = await startEmulator();
    const provider = providerOf(emulator, { mask: 'Bank', expiresIn: 60 });
    const delivery = await provider.send(mobile, 'Bank: %(code)s');
    expect(delivery).toMatchObject({ codeLifetime: 60 });
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toEqual({
      destination: mobile,
      content: 'Bank: %(code)s',
      mask: 'Bank',
      expiresIn: '60',
    });
  });

  const refusing = (error: string, options: Partial<ModicaOptions> = {}) =>
    providerAnswered({ status: 400, body: JSON.stringify({ error }) }, options);
  const requestId = expect.any(String);

  it('F16: publishes the unmapped word of a refusal, and returns it', async () => {
    const heard = listenToEvents();
    const provider = await refusing('mask_not_provisioned');
    const word = 'mask_not_provisioned';
    expect(await provider.send(mobile)).toEqual({ kind: 'not_sent', word, requestId });
    const about = { provider: 'modica', call: 'send', word, requestId };
    expect(heard).toEqual([{ name: 'provider_error_unmapped', ...about }]);
  });

  it("F16: fails with a ProviderCredentialsError that has the word, if it is the account's fault", async () => {
    const provider = await refusing('broadcast_limit');
    const error = await thrownBy(ProviderCredentialsError, () => provider.send(mobile));
    expect(error).toMatchObject({ status: 500, requestId });
    expect(error.message).toContain('"broadcast_limit"); nothing was sent');
  });

  it('F16: maps a word as the app configures it', async () => {
    const sendErrorVerdicts = { bad: 'number', slow: 'throttled', poor: 'account' } as const;
    const options = { sendErrorVerdicts };
    const sent = async (word: string) => (await refusing(word, options)).send(mobile);
    expect(await sent('bad')).toEqual({ kind: 'number_refused', requestId });
    expect(await sent('slow')).toEqual({ kind: 'throttled', retryAfter: undefined, requestId });
    await thrownBy(ProviderCredentialsError, () => sent('poor'));
    expect(await sent('broadcast_limit')).toMatchObject({ kind: 'not_sent' });
    expect(await sent('constructor')).toMatchObject({ kind: 'not_sent' });
  });

  it('A41: removes number, content and code from the word of a refusal', async () => {
    const heard = listenToEvents();
    const provider = await refusing(`no route to ${mobile} for Hi %(code)s`);
    expect(await provider.send(mobile, 'Hi %(code)s')).toMatchObject({
      word: 'no route to … for …',
    });
    expect(JSON.stringify(heard)).not.toContain(mobile.slice(1));
  });

  it('is throttled by a 429, and returns the wait', async () => {
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
    ['2030-01-01T00:00:00.001Z', 0.001],
    ['2030-01-01T00:10:00Z', 600],
    ['2030-01-01T01:00:00Z', 3600],
  ])(
    'takes the lifetime from created and expires, whatever the local time: %s',
    async (expires, codeLifetime) => {
      const provider = await providerAnswered(lasting(expires));
      expect(await provider.send(mobile)).toMatchObject({
        kind: 'sent',
        reference: 'id',
        codeLifetime,
      });
    },
  );

  it.each([
    ['no lifetime', '2030-01-01T00:00:00Z'],
    ['an expiry before the creation', '2029-12-31T23:59:59Z'],
    ['a millisecond more than an hour', '2030-01-01T01:00:00.001Z'],
    ['a thousand years', '3030-01-01T00:00:00Z'],
  ])('fails with a ProviderReplyError for %s', async (_what, expires) => {
    const provider = await providerAnswered(lasting(expires));
    const error = await thrownBy(ProviderReplyError, () => provider.send(mobile));
    expect(error.status).toBe(502);
    expect(error.requestId).toEqual(expect.any(String));
  });
});

describe('ModicaProvider.codeLifetime', () => {
  it('is the lifetime that the app set, or five minutes', () => {
    const place = { url: 'http://127.0.0.1:1' };
    expect(providerOf(place, { expiresIn: 60 }).codeLifetime).toBe(60);
    expect(providerOf(place).codeLifetime).toBe(300);
  });
});

describe('ModicaProvider.codePattern', () => {
  const { codePattern } = providerOf({ url: 'http://127.0.0.1:1' });

  it.each(['1234', '123456', 'aB3dE9', '123456789012'])('matches %s by default', (code) => {
    expect(codePattern.test(code)).toBe(true);
  });

  it('A13: is the pattern that the app set', () => {
    const narrow = providerOf({ url: 'http://127.0.0.1:1' }, { codePattern: /^[0-9]{6}$/ });
    expect(['123456', 'hunter22', '1234567'].map((code) => narrow.codePattern.test(code))).toEqual([
      true,
      false,
      false,
    ]);
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
  ])('A13: does not match %o', (code) => {
    expect(codePattern.test(code)).toBe(false);
  });
});
