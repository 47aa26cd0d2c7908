import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NexmoSignatureAlgorithm } from '../../../../lib/emulator/index.js';
import { emulate, post, to } from './client.js';

const secret = 'signature-secret';

// Sorted by name, with what could pretend to be another parameter replaced: as Nexmo has it.
const text = `&api_key=emulator&before=a_b_c&pin=0042&timestamp=1767355200&to=${to}`;

const unsigned = { to, timestamp: '1767355200', pin: '0042', before: 'a&b=c', api_key: 'emulator' };

const hmac = (algorithm: string) => createHmac(algorithm, secret).update(text).digest('hex');

const signatures: readonly [NexmoSignatureAlgorithm, string][] = [
  [
    'md5hash',
    createHash('md5')
      .update(text + secret)
      .digest('hex'),
  ],
  ['md5hmac', hmac('md5')],
  ['sha1hmac', hmac('sha1')],
  ['sha256hmac', hmac('sha256')],
  ['sha512hmac', hmac('sha512')],
];

describe.each(signatures)('A request that is signed by %s', (algorithm, sig) => {
  it('needs no secret', async () => {
    const emulator = await emulate({ signatureSecret: secret, algorithm });
    const answer = await post(emulator, { ...unsigned, sig });

    expect(answer.body).toMatchObject({ messages: [{ status: '0' }] });
  });

  it.each([
    ['something else was signed', { pin: '0043' }],
    [
      'the signature is another',
      { sig: sig.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
    ],
    ['it has no time', { timestamp: undefined }],
  ])('is refused when %s', async (_what, wrong) => {
    const emulator = await emulate({ signatureSecret: secret, algorithm });
    const answer = await post(emulator, { ...unsigned, sig, ...wrong });

    expect(answer.body).toMatchObject({
      messages: [{ status: '14', 'error-text': 'Invalid Signature' }],
    });
    expect(emulator.messages).toEqual([]);
  });
});

describe('An account that signs', () => {
  it('is believed by its secret as well', async () => {
    const emulator = await emulate({ signatureSecret: secret });
    const answer = await post(emulator, { ...unsigned, api_secret: 'emulator' });

    expect(answer.body).toMatchObject({ messages: [{ status: '0' }] });
  });

  it('must say which account it is', async () => {
    const emulator = await emulate({ signatureSecret: secret });
    const [[, sig] = []] = signatures;
    const answer = await post(emulator, { ...unsigned, api_key: 'other', sig });

    expect(answer.body).toMatchObject({ messages: [{ status: '4' }] });
  });
});
