import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../../fixtures/emulator.js';
import { account, clientOf, mobile } from '../../../fixtures/modica.js';
import { basic } from '../../emulator/modica/client.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('ModicaClient.createChallenge', () => {
  it('posts JSON with Basic authentication and the media type of version 1', async () => {
    const emulator = await startEmulator();
    await clientOf(emulator).createChallenge({ destination: mobile });
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.requests[0]).toMatchObject({
      method: 'POST',
      path: '/challenges',
      headers: {
        authorization: basic(account.username, account.password),
        accept: 'application/vnd.modica.2fa.v1+json',
        'content-type': 'application/json',
        'user-agent': 'passport-modica-2fa',
      },
      body: JSON.stringify({ destination: mobile }),
    });
  });

  it('sends non-ASCII credentials as UTF-8, and a password with colons', async () => {
    const emulator = await startEmulator();
    const [username, password] = ['äpp', 'pä:ss:wörd'];
    await clientOf(emulator, { username, password })
      .createChallenge({ destination: mobile })
      .catch(() => undefined);
    expect(emulator.requests[0]?.headers.authorization).toBe(basic(username, password));
  });

  it('returns the id, the time of creation and the expiry', async () => {
    const emulator = await startEmulator();
    const result = await clientOf(emulator).createChallenge({ destination: mobile });
    if (result.kind !== 'created') throw new Error(result.kind);
    expect(result.id).toMatch(uuid);
    expect(result.created).toBeInstanceOf(Date);
    expect(result.expires.getTime() - result.created.getTime()).toBe(300_000);
    expect(result.requestId).toMatch(uuid);
  });

  it('sends the content, the mask and, as a string, the lifetime in seconds', async () => {
    const emulator = await startEmulator();
    const message = { destination: mobile, content: 'Code: %(code)s', mask: 'Bank' };
    const result = await clientOf(emulator).createChallenge({ ...message, expiresIn: 600 });
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toEqual({ ...message, expiresIn: '600' });
    expect(emulator.messages[0]).toMatchObject({ to: mobile, from: 'Bank' });
    expect(result).toMatchObject({ kind: 'created' });
  });

  it('omits attributes that are undefined', async () => {
    const emulator = await startEmulator();
    const unset = { content: undefined, mask: undefined, expiresIn: undefined };
    await clientOf(emulator).createChallenge({ destination: mobile, ...unset });
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toEqual({ destination: mobile });
  });

  it('returns the word of a refusal', async () => {
    const emulator = await startEmulator();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 400,
      headers: { 'X-Modica-Request-Id': 'request-7' },
      body: '{"error":"invalid_attrib","detail":"ignored"}',
    });
    const result = await clientOf(emulator).createChallenge({ destination: mobile });
    expect(result).toEqual({ kind: 'refused', error: 'invalid_attrib', requestId: 'request-7' });
  });

  it('returns the wait after a 429', async () => {
    const emulator = await startEmulator();
    const headers = { 'Retry-After': '7', 'X-Modica-Request-Id': 'request-7' };
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 429, headers });
    const result = await clientOf(emulator).createChallenge({ destination: mobile });
    expect(result).toEqual({ kind: 'throttled', retryAfter: 7, requestId: 'request-7' });
  });
});

describe('ModicaClient.verifyResponse', () => {
  it('A10: posts the id and the code in the body only', async () => {
    const emulator = await startEmulator();
    const [challengeId, code] = ['../challenges?x=1#', '../../123456?%00'];
    await clientOf(emulator).verifyResponse({ challengeId, code });
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.requests[0]).toMatchObject({
      method: 'POST',
      path: '/responses',
      body: JSON.stringify({ challenge_id: challengeId, code }),
    });
  });

  it('returns the status of a correct code', async () => {
    const emulator = await startEmulator();
    const client = clientOf(emulator);
    const challenge = await client.createChallenge({ destination: mobile });
    const challengeId = challenge.kind === 'created' ? challenge.id : '';
    const code = emulator.messages[0]?.code ?? '';
    const result = await client.verifyResponse({ challengeId, code });
    expect(result).toEqual({
      kind: 'answered',
      status: 'valid',
      requestId: expect.stringMatching(uuid),
    });
  });

  it('returns the word of a refusal', async () => {
    const emulator = await startEmulator();
    const result = await clientOf(emulator).verifyResponse({ challengeId: 'x', code: '123456' });
    expect(result).toEqual({
      kind: 'refused',
      error: 'invalid_challenge',
      requestId: expect.stringMatching(uuid),
    });
  });
});

describe('The request id', () => {
  const idOf = async (header: string | undefined) => {
    const emulator = await startEmulator();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: true,
      headers: { 'X-Modica-Request-Id': header },
    });
    return (await clientOf(emulator).createChallenge({ destination: mobile })).requestId;
  };

  it('is the one that the API returned, if any', async () => {
    expect(await idOf('request-7')).toBe('request-7');
    expect(await idOf(undefined)).toBeUndefined();
  });

  it.each([
    'x'.repeat(101),
    'to=+64211111111',
    'two words',
    '',
    `to:${mobile.slice(1)}`,
    'app:canary-password',
  ])('A18, A41: is dropped if it is malformed or repeats what was sent: %s', async (id) => {
    expect(await idOf(id)).toBeUndefined();
  });
});
