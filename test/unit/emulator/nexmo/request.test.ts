import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NexmoSignatureAlgorithm } from '../../../../lib/emulator/index.js';
import { answerOf, credentials, emulate, phone, post, replied, send, to } from './client.js';

const secret = 'signature-secret';

// As Nexmo specifies: sorted by name, with '&' and '=' in values replaced.
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

describe.each(signatures)(
  'A request to the Nexmo emulator that is signed with %s',
  (algorithm, sig) => {
    // The client `nexmo` signs in lower case; Vonage's SDKs for Ruby, PHP and .NET write HMACs in upper case.
    it.each([
      ['lower', sig],
      ['upper', sig.toUpperCase()],
    ])('needs no API secret when its signature is in %s case', async (_case, written) => {
      const emulator = await emulate({ signatureSecret: secret, algorithm });
      const answer = await post(emulator, { ...unsigned, sig: written });

      expect(answer.body).toMatchObject({ messages: [{ status: '0' }] });
    });

    it.each([
      ['its parameters differ from those that were signed', { pin: '0043' }],
      ['its signature differs', { sig: sig.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }],
      ['it has no timestamp', { timestamp: undefined }],
    ])('is refused when %s', async (_what, wrong) => {
      const emulator = await emulate({ signatureSecret: secret, algorithm });
      const answer = await post(emulator, { ...unsigned, sig, ...wrong });

      expect(answer.body).toMatchObject({
        messages: [{ status: '14', 'error-text': 'Invalid Signature' }],
      });
      expect(emulator.messages).toEqual([]);
    });
  },
);

describe('A Nexmo emulator with a signature secret', () => {
  it('accepts the API secret as well', async () => {
    const emulator = await emulate({ signatureSecret: secret });
    const answer = await post(emulator, { ...unsigned, api_secret: 'emulator' });

    expect(answer.body).toMatchObject({ messages: [{ status: '0' }] });
  });

  it('refuses a signed request with another API key', async () => {
    const emulator = await emulate({ signatureSecret: secret });
    const [[, sig] = []] = signatures;
    const answer = await post(emulator, { ...unsigned, api_key: 'other', sig });

    expect(answer.body).toMatchObject({ messages: [{ status: '4' }] });
  });
});

describe('A request to the Nexmo emulator', () => {
  it('has lost the leading zeros of a PIN that is a number', async () => {
    const emulator = await emulate();
    await send(emulator, { pin: Number('0042') });

    expect(emulator.messages.at(0)?.code).toBe('42');
  });

  const parameters = new URLSearchParams({ ...credentials, to, pin: '0042' });

  it.each<[string, string, RequestInit]>([
    ['a query by GET', `?${parameters}`, {}],
    ['a query by POST', `?${parameters}`, { method: 'POST' }],
    ['a form', '', { method: 'POST', body: parameters }],
    [
      'JSON by another name',
      '',
      {
        method: 'POST',
        body: JSON.stringify(Object.fromEntries(parameters)),
        headers: { 'content-type': 'text/x-json; charset=utf-8' },
      },
    ],
  ])('can be %s', async (_what, query, init) => {
    const emulator = await emulate();
    const answer = await answerOf(fetch(`${emulator.url}/sc/us/2fa/json${query}`, init));

    expect(answer.body).toMatchObject({ messages: [{ status: '0' }] });
    expect(emulator.messages.at(0)?.code).toBe('0042');
  });

  it.each(['text/plain', 'application/json'])(
    'has no parameters when its body is %s but neither a form nor JSON',
    async (type) => {
      const emulator = await emulate();
      const headers = { 'content-type': type };
      const init = { method: 'POST', headers, body: String(parameters) };
      const answer = await answerOf(fetch(`${emulator.url}/sc/us/2fa/json`, init));

      expect(answer.body).toEqual(replied({ status: '2', 'error-text': 'Missing api_key param' }));
    },
  );

  it('fills in its parameters wherever the template has them', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nexmo's own placeholders look like that.
    const emulator = await emulate({ template: '${before}${pin}${after} ${pin}' });
    await send(emulator, { before: 'Pay $& with ', after: '' });

    expect(emulator.messages.at(0)?.text).toBe('Pay $& with 0042 0042');
  });
});

describe('An invalid request to the Nexmo emulator', () => {
  it.each([
    [{ api_key: '' }, '2', 'Missing api_key param'],
    [{ api_secret: undefined }, '2', 'Missing api_secret param'],
    [{ to: undefined }, '2', 'Missing to param'],
    [{ pin: '' }, '2', 'Missing pin param'],
    [{ pin: undefined }, '2', 'Missing pin param'],
    [{ pin: '12a4' }, '3', 'Invalid Parameters'],
    [{ 'client-ref': 'x'.repeat(41) }, '3', 'Invalid Parameters'],
    [{ api_key: 'other' }, '4', 'Bad Credentials'],
    [{ api_secret: 'wrong' }, '4', 'Bad Credentials'],
    [{ sig: '0'.repeat(32), timestamp: '1' }, '14', 'Invalid Signature'],
    [{ to: phone }, '34', 'Invalid or Missing Msisdn Param'],
    [{ to: '1 636 555 3226' }, '34', 'Invalid or Missing Msisdn Param'],
    [{ to: '64211234567' }, '29', 'Non White-listed Destination - rejected'],
    [{ to: '11365553226' }, '29', 'Non White-listed Destination - rejected'],
  ])('with %j has the HTTP status 200 and the status %s: %s', async (wrong, status, errorText) => {
    const emulator = await emulate();
    const answer = await send(emulator, wrong);

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(replied({ status, 'error-text': errorText }));
    expect(emulator.messages).toEqual([]);
  });

  it('lacks a parameter of the template', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nexmo's own placeholders look like that.
    const emulator = await emulate({ template: '${pin} for ${amount}' });

    expect((await send(emulator)).body).toEqual(
      replied({ status: '2', to, 'error-text': 'Missing amount param' }),
    );
  });

  it('has its number in the reply, if it has one', async () => {
    const emulator = await emulate();

    expect((await post(emulator, { to })).body).toMatchObject({ messages: [{ to }] });
    expect((await post(emulator, {})).body).toEqual(
      replied({ status: '2', 'error-text': 'Missing api_key param' }),
    );
  });
});
