import { createServer } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import {
  ProviderCredentialsError,
  ProviderOutcomeUnknownError,
  ProviderReplyError,
  ProviderThrottledError,
} from '../../../../lib/errors.js';
import { stopClock } from '../../../fixtures/clock.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { listen } from '../../../fixtures/listen.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

type Client = ReturnType<typeof clientOf>;

const calls: readonly [string, (client: Client) => Promise<unknown>][] = [
  ['A request to create a challenge', (client) => client.createChallenge({ destination: mobile })],
  [
    'A request to verify a response',
    (client) => client.verifyResponse({ challengeId: 'id', code: '123456' }),
  ],
];

/** Returns an emulator that answers the next request with this status. */
async function answering(status: number, headers: Record<string, string> = {}) {
  const emulator = await startEmulator();
  emulator.overrideNextReply({
    reply: 'replaced',
    processed: false,
    status,
    headers: { 'X-Modica-Request-Id': 'request-7', ...headers },
  });
  return emulator;
}

describe.each(calls)('%s', (_what, call) => {
  it("F5: fails with a ProviderCredentialsError for a 401, which is never the user's", async () => {
    const emulator = await startEmulator();
    const client = clientOf(emulator, { password: 'wrong' });
    const error = await thrownBy(ProviderCredentialsError, () => call(client));
    expect(error).toMatchObject({ code: 'provider_credentials_refused', status: 500 });
    expect(error.hint).toContain('MODICA_USERNAME');
    expect(error.requestId).toEqual(expect.any(String));
    expect(emulator.requests).toHaveLength(1);
  });

  it.each([500, 502, 503, 504, 599])(
    'F4: fails with a ProviderOutcomeUnknownError for a %i, without a retry',
    async (status) => {
      const emulator = await answering(status, { 'Retry-After': '7' });
      const error = await thrownBy(ProviderOutcomeUnknownError, () => call(clientOf(emulator)));
      expect(error).toMatchObject({ status: 504, retryAfter: 7, requestId: 'request-7' });
      expect(error.message).toContain(String(status));
      expect(error.headers).toEqual({ 'Retry-After': '7' });
      expect(emulator.requests).toHaveLength(1);
    },
  );

  it.each([301, 302, 303, 307, 308])(
    'A19: follows no redirect (%i), so that the credentials go nowhere else',
    async (status) => {
      const elsewhere = await listen(createServer());
      const location = `http://127.0.0.1:${elsewhere.port}/challenges`;
      const emulator = await answering(status, { Location: location });
      const error = await thrownBy(ProviderReplyError, () => call(clientOf(emulator)));
      expect(error).toMatchObject({ status: 502, requestId: 'request-7' });
      expect(elsewhere.connections()).toBe(0);
      expect(emulator.requests).toHaveLength(1);
    },
  );

  it.each([200, 202, 304, 403, 404, 405, 406, 413, 415, 422, 451])(
    'fails with a ProviderReplyError for an undocumented %i',
    async (status) => {
      const emulator = await answering(status);
      const error = await thrownBy(ProviderReplyError, () => call(clientOf(emulator)));
      expect(error.message).toContain(String(status));
      expect(error.hint).toContain('"baseUrl"');
      expect(error.requestId).toBe('request-7');
      expect(emulator.requests).toHaveLength(1);
    },
  );
});

describe('A 429 to a request to verify a response', () => {
  it('F4: is a ProviderThrottledError: the code was not checked', async () => {
    const emulator = await answering(429, { 'Retry-After': '7' });
    const error = await thrownBy(ProviderThrottledError, () =>
      clientOf(emulator).verifyResponse({ challengeId: 'id', code: '123456' }),
    );
    expect(error).toMatchObject({ status: 503, retryAfter: 7, requestId: 'request-7' });
    expect(emulator.requests).toHaveLength(1);
  });
});

describe('F4: the header Retry-After', () => {
  const read = async (value: string | undefined) => {
    const emulator = await startEmulator();
    const headers = { 'Retry-After': value };
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 429, headers });
    const result = await clientOf(emulator).createChallenge({ destination: mobile });
    return result.kind === 'throttled' ? result.retryAfter : result;
  };

  it.each([
    ['seconds', '7', 7],
    ['zero', '0', 0],
    ['an hour', '3600', 3600],
    ['absurd seconds, limited to an hour', '99999999', 3600],
    ['seconds beyond the range of numbers', '9'.repeat(400), 3600],
    ['a date', 'Tue, 01 Jan 2030 00:01:30 GMT', 90],
    ['a date in the past', 'Mon, 31 Dec 2029 00:00:00 GMT', 0],
    ['an absurd date, limited to an hour', 'Fri, 31 Dec 9999 23:59:59 GMT', 3600],
    ['a word', 'soon', undefined],
    ['words', 'in 5 minutes', undefined],
    ['seconds with a unit', '7s', undefined],
    ['an empty string', '', undefined],
    ['nothing', undefined, undefined],
  ])('is parsed: %s', async (_what, value, seconds) => {
    stopClock();
    vi.setSystemTime('2030-01-01T00:00:00Z');
    expect(await read(value)).toBe(seconds);
  });

  it('is rounded up to a whole second', async () => {
    stopClock();
    vi.setSystemTime('2030-01-01T00:00:00.500Z');
    expect(await read('Tue, 01 Jan 2030 00:00:03 GMT')).toBe(3);
  });

  it.each(['-5', '1.5', '12, 13'])('is ignored if it is malformed: %s', async (value) => {
    expect(await read(value)).toBeUndefined();
  });
});
