import { describe, expect, it } from 'vitest';
import { call, emulate, get, msisdn, post, refusal, send, sentPin, verify } from './client.js';

describe('Authentication with the Infobip emulator', () => {
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

  it('accepts the configured key after the scheme in lower case and several spaces', async () => {
    const emulator = await emulate({ apiKey: 'ab12-cd34' });
    const headers = { authorization: 'app  ab12-cd34' };

    expect((await call(emulator, 'GET', '/applications', { headers })).status).toBe(200);
    expect(emulator.account.apiKey).toBe('ab12-cd34');
  });
});

describe('A request that the Infobip emulator refuses', () => {
  it.each([
    '/2fa/2/',
    '/2fa/2/pin/1/voice',
    '/2fa/1/pin',
    '/x/2fa/2/pin',
    '/2fa/2/pin//',
    '/2fa/2/applications/',
    '/2fa/2/pin/1/verify/',
    '/2fa/2/pin/1/2/verify',
    '/',
  ])('is a 404 when its path is %s', async (path) => {
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
  ])('is a 405 that names the allowed methods when it is %s %s', async (method, path, allowed) => {
    const reply = await call(await emulate(), method, path);

    expect(reply).toMatchObject({
      status: 405,
      body: refusal('METHOD_NOT_ALLOWED', 'Method not allowed'),
    });
    expect(reply.headers.get('allow')).toBe(allowed);
  });

  it('is a 415 when its body is not JSON', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await call(await emulate(), 'POST', '/pin', { body: 'to=1', headers });

    expect(reply).toMatchObject({
      status: 415,
      body: refusal('UNSUPPORTED_MEDIA_TYPE', 'Unsupported media type'),
    });
  });

  it('is a 413 when its body is larger than 64 KiB', async () => {
    const reply = await post(await emulate(), '/pin', 'x'.repeat(64 * 1024 + 1));

    expect(reply).toMatchObject({
      status: 413,
      body: refusal('PAYLOAD_TOO_LARGE', 'Payload too large'),
    });
  });

  it.each(['', '{', 'null', '[]', '42'])('is a 400 when its body is %j', async (body) => {
    const reply = await post(await emulate(), '/pin', body);

    expect(reply).toMatchObject({ status: 400, body: refusal('BAD_REQUEST', 'Bad Request') });
  });
});

describe('A reply of the Infobip emulator', () => {
  it('is JSON', async () => {
    const reply = await get(await emulate(), '/applications');

    expect(reply.headers.get('content-type')).toBe('application/json');
  });

  it('is a 500 with the reason when a callback of the test throws', async () => {
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

/** An emulator with one PIN verified, one not verified, and one not sent. */
async function verifiedOne() {
  let now = 1000;
  const emulator = await emulate({ now: () => now, refuse: (number) => number.endsWith('9') });
  const { id, code } = await sentPin(emulator);
  now = 2000;
  await verify(emulator, id, code);
  await sentPin(emulator);
  await send(emulator, '41793026729');
  const path = `/applications/${emulator.account.applicationId}/verifications`;
  return { emulator, path };
}

const verified = { msisdn, verified: true, verifiedAt: 2000, sentAt: 1000 };
const open = { msisdn, verified: false, sentAt: 2000 };

describe("The Infobip emulator's GET /applications/{appId}/verifications", () => {
  it.each([
    ['', [verified, open]],
    ['&verified=true', [verified]],
    ['&verified=false', [open]],
    ['&sent=true', [verified, open]],
    ['&sent=false', []],
    ['&verified=true&sent=true', [verified]],
  ])('lists the PINs of a number: %j', async (query, verifications) => {
    const { emulator, path } = await verifiedOne();
    const reply = await get(emulator, `${path}?msisdn=${msisdn}${query}`);

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ verifications });
  });

  it('lists the PINs of a number when its path ends with a slash', async () => {
    const { emulator, path } = await verifiedOne();
    const reply = await get(emulator, `${path}/?msisdn=${msisdn}&verified=true`);

    expect(reply.body).toEqual({ verifications: [verified] });
  });

  it('lists PINs whose SMS was not sent', async () => {
    const { emulator, path } = await verifiedOne();
    const reply = await get(emulator, `${path}?msisdn=41793026729&sent=false`);

    expect(reply.body).toEqual({
      verifications: [{ msisdn: '41793026729', verified: false, sentAt: 2000 }],
    });
  });

  it('lists the PINs of one application only', async () => {
    const { emulator, path } = await verifiedOne();
    const other = Object((await post(emulator, '/applications', { name: 'Other' })).body);
    const of = (applicationId: string) =>
      get(emulator, `${path.replace(/H\w+/, applicationId)}?msisdn=${msisdn}`);

    expect((await of(other.applicationId)).body).toEqual({ verifications: [] });
    expect((await of('x')).status).toBe(404);
  });

  it.each(['', '?verified=true', `?msisdn=${msisdn}&verified=yes`, `?msisdn=${msisdn}&sent=1`])(
    'refuses the query %j with 400',
    async (query) => {
      const { emulator, path } = await verifiedOne();

      expect((await get(emulator, path + query)).status).toBe(400);
    },
  );
});
