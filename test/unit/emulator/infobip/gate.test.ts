import { describe, expect, it } from 'vitest';
import { call, emulate, get, post, refusal, send } from './client.js';

describe('authentication', () => {
  it.each([
    ['no key', {}],
    ['an empty header', { authorization: '' }],
    ['a wrong key', { authorization: 'App wrong' }],
    ['another scheme', { authorization: 'Basic emulator' }],
    ['a key without a scheme', { authorization: 'emulator' }],
    ['more than a key', { authorization: 'App emulator emulator' }],
    ['less than a key', { authorization: 'App emulato' }],
    ['a scheme that ends like it', { authorization: 'WhatsApp emulator' }],
  ])('refuses %s with 401', async (_what, headers) => {
    const emulator = await emulate();
    const reply = await fetch(`${emulator.url}/2fa/2/applications`, { headers });

    expect(reply.status).toBe(401);
    expect(await reply.json()).toEqual(refusal('UNAUTHORIZED', 'Invalid login details'));
  });

  it('knows the key of the option, the scheme in any case, and spaces between', async () => {
    const emulator = await emulate({ apiKey: 'ab12-cd34' });
    const headers = { authorization: 'app  ab12-cd34' };

    expect((await call(emulator, 'GET', '/applications', { headers })).status).toBe(200);
    expect(emulator.account.apiKey).toBe('ab12-cd34');
  });
});

describe('a request that is not the API', () => {
  it.each([
    '/2fa/2/',
    '/2fa/2/pin/1/voice',
    '/2fa/1/pin',
    '/x/2fa/2/pin',
    '/2fa/2/pin/',
    '/2fa/2/pin/1/2/verify',
    '/',
  ])('to %s is answered with 404', async (path) => {
    const emulator = await emulate();
    const headers = { authorization: 'App emulator' };
    const reply = await fetch(emulator.url + path, { headers });

    expect(reply.status).toBe(404);
    expect(await reply.json()).toEqual(refusal('NOT_FOUND', 'Requested URL not found'));
    expect(emulator.requests.at(0)?.path).toBe(path);
  });

  it.each([
    ['DELETE', '/applications', 'GET, POST'],
    ['POST', '/applications/x', 'GET, PUT'],
    ['GET', '/pin', 'POST'],
  ])(
    'with the method %s to %s is answered with 405, and those that would do',
    async (method, path, allowed) => {
      const reply = await call(await emulate(), method, path);

      expect(reply).toMatchObject({
        status: 405,
        body: refusal('METHOD_NOT_ALLOWED', 'Method not allowed'),
      });
      expect(reply.headers.get('allow')).toBe(allowed);
    },
  );

  it('with a body that is not JSON is answered with 415', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await call(await emulate(), 'POST', '/pin', { body: 'to=1', headers });

    expect(reply).toMatchObject({
      status: 415,
      body: refusal('UNSUPPORTED_MEDIA_TYPE', 'Unsupported media type'),
    });
  });

  it('with more than 64 KiB of body is answered with 413', async () => {
    const reply = await post(await emulate(), '/pin', 'x'.repeat(64 * 1024 + 1));

    expect(reply).toMatchObject({
      status: 413,
      body: refusal('PAYLOAD_TOO_LARGE', 'Payload too large'),
    });
  });

  it.each(['', '{', 'null', '[]', '42'])('with the body %j is answered with 400', async (body) => {
    const reply = await post(await emulate(), '/pin', body);

    expect(reply).toMatchObject({ status: 400, body: refusal('BAD_REQUEST', 'Bad Request') });
  });
});

describe('a reply', () => {
  it('is JSON', async () => {
    const reply = await get(await emulate(), '/applications');

    expect(reply.headers.get('content-type')).toBe('application/json');
  });

  it('can be overridden by the resource that the reference names', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({
      path: '/2fa/2/pin/{pinId}/verify',
      reply: 'replaced',
      processed: false,
    });
    await send(emulator);
    const { id, code } = emulator.messages.at(0) ?? {};
    const verify = () => post(emulator, `/pin/${id}/verify`, { pin: code });

    expect(await verify()).toMatchObject({ status: 503, text: '' });
    expect(await verify()).toMatchObject({ status: 200 });
  });

  it('is a 500 with the reason when the test itself fails', async () => {
    const emulator = await emulate({
      refuse: () => {
        throw new Error('no idea');
      },
    });

    expect(await send(emulator)).toMatchObject({
      status: 500,
      body: refusal('EMULATOR_FAULT', 'Error: no idea'),
    });
  });
});

describe('requests', () => {
  it('are recorded with their query', async () => {
    const emulator = await emulate();
    await post(emulator, '/pin?ncNeeded=true&a=?', {});

    expect(emulator.requests).toMatchObject([
      { method: 'POST', path: '/2fa/2/pin', query: 'ncNeeded=true&a=?', body: '{}' },
    ]);
  });
});
