import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ReplacedReply } from '../../../../lib/emulator/index.js';
import { ProviderReplyError, TwoFactorError } from '../../../../lib/errors.js';
import { newestCode, startEmulator } from '../../../fixtures/emulator.js';
import { clientOf, mobile, providerOf } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

type Reply = Pick<ReplacedReply, 'status' | 'headers' | 'body'>;

/** The verdict on the correct code, or the error, when the API answers this. */
async function verdictOn(reply: Reply): Promise<unknown> {
  const emulator = await startEmulator();
  const provider = providerOf(emulator);
  const delivery = await provider.send(mobile, undefined);
  const reference = delivery.kind === 'sent' ? delivery.reference : '';
  emulator.overrideNextReply({ reply: 'replaced', processed: true, ...reply });
  try {
    return (await provider.check(reference, newestCode(emulator))).verdict;
  } catch (error) {
    return error;
  }
}

const valid = '{"status":"valid"}';

describe('A9: the correct code', () => {
  it('is accepted with the documented success', async () => {
    expect(await verdictOn({})).toBe('accepted');
    expect(await verdictOn({ status: 201, body: valid })).toBe('accepted');
  });

  it('is accepted with additional attributes, which are ignored', async () => {
    expect(await verdictOn({ body: '{"error":"no","status":"valid","x":[1]}' })).toBe('accepted');
  });

  it.each<[string, Reply]>([
    ['an empty 201', { status: 201, body: '' }],
    ['an empty 200', { status: 200, body: '' }],
    ['a 204', { status: 204, body: '' }],
    ['a 200 with the right body', { status: 200, body: valid }],
    ['a 202 with the right body', { status: 202, body: valid }],
    ['a 206 with the right body', { status: 206, body: valid }],
    ['a 302 with the right body', { status: 302, body: valid }],
    ['a 404 with the right body', { status: 404, body: valid }],
    ['a 400 with the right body', { status: 400, body: valid }],
    ['a 401 with the right body', { status: 401, body: valid }],
    ['a 429 with the right body', { status: 429, body: valid }],
    ['a 500 with the right body', { status: 500, body: valid }],
    ['HTML', { status: 200, body: '<html>valid</html>' }],
    ['HTML with 201', { body: '<html><body>{"status":"valid"}</body></html>' }],
    ['the word alone', { body: 'valid' }],
    ['the word as JSON', { body: '"valid"' }],
    ['"true"', { body: '"true"' }],
    ['true', { body: 'true' }],
    ['1', { body: '1' }],
    ['null', { body: 'null' }],
    ['a list', { body: `[${valid}]` }],
    ['an empty object', { body: '{}' }],
    ['a form', { body: 'status=valid' }],
    ['the status in a list', { body: '{"status":["valid"]}' }],
    ['the status in an object', { body: '{"status":{"valid":true}}' }],
    ['a status that is true', { body: '{"status":true}' }],
    ['a status that is null', { body: '{"status":null}' }],
    ['a status that is a number', { body: '{"status":1}' }],
    ['the status elsewhere', { body: '{"data":{"status":"valid"}}' }],
    ['the status under another name', { body: '{"Status":"valid","valid":true}' }],
    ['the status on the prototype', { body: '{"__proto__":{"status":"valid"}}' }],
    ['truncated JSON', { body: '{"status":"valid"' }],
    ['JSON with something after it', { body: `${valid}x` }],
    ['two answers', { body: valid + valid }],
    ['JSON in UTF-16', { body: Buffer.from(valid, 'utf16le') }],
    ['bytes', { body: Uint8Array.of(0xff, 0xfe, 0x00) }],
    ['JSON that is compressed', { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(valid) }],
  ])('A9: fails on %s', async (_what, reply) => {
    expect(await verdictOn(reply)).toBeInstanceOf(TwoFactorError);
  });

  it.each([
    ['in the wrong case', '{"status":"VALID"}'],
    ['with a space', '{"status":"valid "}'],
    ['with a NUL', '{"status":"valid\\u0000"}'],
    ['that is empty', '{"status":""}'],
    ['that begins like it', '{"status":"validated"}'],
    ['that ends like it', '{"status":"invalid"}'],
    ['that is a JavaScript literal', '{"status":"true"}'],
    ['that is unknown', '{"status":"pending"}'],
    ['that lists two', '{"status":"valid,invalid"}'],
  ])('A9: is rejected with a status %s', async (_what, body) => {
    expect(await verdictOn({ status: 201, body })).toBe('rejected');
  });

  it.each(['valid', 'verified', 'success'])(
    'A9: is rejected with the error "%s"',
    async (error) => {
      expect(await verdictOn({ status: 400, body: JSON.stringify({ error }) })).toBe('rejected');
    },
  );
});

const challenge = {
  id: '7b3f5b4e-8f2b-4a43-9d7e-3c1f2e4d5a6b',
  created: '2030-01-01T00:00:00Z',
  expires: '2030-01-01T00:05:00Z',
};

describe('A9: a request to create a challenge', () => {
  const created = async (reply: Reply) => {
    const emulator = await startEmulator();
    emulator.overrideNextReply({ reply: 'replaced', processed: true, ...reply });
    return clientOf(emulator).createChallenge({ destination: mobile });
  };

  it('succeeds with the documented success, whatever other attributes it has', async () => {
    const result = await created({ body: JSON.stringify({ ...challenge, error: 'x' }) });
    expect(result).toEqual({
      kind: 'created',
      requestId: expect.any(String),
      id: challenge.id,
      created: new Date(challenge.created),
      expires: new Date(challenge.expires),
    });
  });

  it.each<[string, Reply]>([
    ['an empty 201', { body: '' }],
    ['a 200 with the right body', { status: 200 }],
    ['a 204', { status: 204, body: '' }],
    ['HTML', { body: '<html></html>' }],
    ['a redirect', { status: 303 }],
    ['a refusal without its word', { status: 400, body: '{}' }],
    ['a refusal with an object as its word', { status: 400, body: '{"error":{"code":1}}' }],
    ['a refusal in HTML', { status: 400, body: '<html></html>' }],
    ['a 403', { status: 403 }],
    ['a 404', { status: 404 }],
    ...[
      { id: undefined },
      { id: '' },
      { id: 7 },
      { id: ['x'] },
      { id: 'x'.repeat(201) },
      { created: undefined },
      { created: 1893456000 },
      { created: 'now' },
      { expires: undefined },
      { expires: null },
      { expires: 'in five minutes' },
    ].map((changed): [string, Reply] => [
      JSON.stringify(changed),
      { body: JSON.stringify({ ...challenge, ...changed }) },
    ]),
  ])('A9: fails with a ProviderReplyError on %s', async (_what, reply) => {
    const error = await thrownBy(ProviderReplyError, () => created(reply));
    expect(error).toMatchObject({ code: 'provider_reply_undocumented', status: 502 });
    expect(error.requestId).toEqual(expect.any(String));
  });
});
