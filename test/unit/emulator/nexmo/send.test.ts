import { describe, expect, it } from 'vitest';
import type { NexmoStatus } from '../../../../lib/emulator/index.js';
import { answerOf, credentials, emulate, phone, post, replied, send, to } from './client.js';

const noon = Date.UTC(2026, 0, 2, 12);

describe('/sc/us/2fa/json', () => {
  it('answers what was sent, all in strings, the count too', async () => {
    const emulator = await emulate();
    const answer = await send(emulator, { 'client-ref': 'x'.repeat(40) });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(
      replied({
        status: '0',
        'message-id': expect.stringMatching(/^[\dA-F]{16}$/),
        to,
        'client-ref': 'x'.repeat(40),
        'remaining-balance': '10.00000000',
        'message-price': '0.00570000',
        network: '310260',
      }),
    );
  });

  it('sends the SMS with the PIN of the app, leading zeros and all', async () => {
    const emulator = await emulate({ now: () => noon });
    const answer = await send(emulator);
    const [message] = Object(answer.body).messages;

    expect(emulator.messages).toEqual([
      {
        to: phone,
        text: 'Your PIN is 0042',
        code: '0042',
        sentAt: new Date(noon),
        from: '22395',
        id: message['message-id'],
      },
    ]);
  });

  it('loses the leading zeros of a PIN that is a number, for there are none', async () => {
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
  ])('takes %s', async (_what, query, init) => {
    const emulator = await emulate();
    const answer = await answerOf(fetch(`${emulator.url}/sc/us/2fa/json${query}`, init));

    expect(answer.body).toMatchObject({ messages: [{ status: '0' }] });
    expect(emulator.messages.at(0)?.code).toBe('0042');
  });

  it.each(['text/plain', 'application/json'])(
    'finds nothing in a body of %s that is neither form nor JSON',
    async (type) => {
      const emulator = await emulate();
      const headers = { 'content-type': type };
      const init = { method: 'POST', headers, body: String(parameters) };
      const answer = await answerOf(fetch(`${emulator.url}/sc/us/2fa/json`, init));

      expect(answer.body).toEqual(replied({ status: '2', 'error-text': 'Missing api_key param' }));
    },
  );

  it('has the text that was agreed on, with every parameter of the request in its place', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nexmo's own placeholders look like that.
    const emulator = await emulate({ template: '${before}${pin}${after} ${pin}' });
    await send(emulator, { before: 'Pay $& with ', after: '' });

    expect(emulator.messages.at(0)?.text).toBe('Pay $& with 0042 0042');
  });
});

describe('A request that is wrong', () => {
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
  ])('with %j is answered 200 and the status %s: %s', async (wrong, status, errorText) => {
    const emulator = await emulate();
    const answer = await send(emulator, wrong);

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(replied({ status, 'error-text': errorText }));
    expect(emulator.messages).toEqual([]);
  });

  it('lacks a parameter of the text that was agreed on', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nexmo's own placeholders look like that.
    const emulator = await emulate({ template: '${pin} for ${amount}' });

    expect((await send(emulator)).body).toEqual(
      replied({ status: '2', to, 'error-text': 'Missing amount param' }),
    );
  });

  it('names the number where there was one', async () => {
    const emulator = await emulate();

    expect((await post(emulator, { to })).body).toMatchObject({ messages: [{ to }] });
    expect((await post(emulator, {})).body).toEqual(
      replied({ status: '2', 'error-text': 'Missing api_key param' }),
    );
  });
});

describe('answer', () => {
  const statuses: readonly NexmoStatus[] = [
    ...(['1', '2', '3', '4', '5', '6', '7', '8', '9', '11', '12', '13', '14', '15'] as const),
    ...(['16', '19', '20', '23', '29', '34', '101', '102'] as const),
  ];

  it.each(statuses)('makes status %s of a right request, and no SMS', async (status) => {
    const emulator = await emulate({ statusFor: () => status });

    expect((await send(emulator)).body).toEqual(
      replied({ status, to, 'error-text': expect.stringMatching(/^[A-Z]/) }),
    );
    expect(emulator.messages).toEqual([]);
  });

  it('is asked with what the request says, and can let it pass', async () => {
    const asked: object[] = [];
    const emulator = await emulate({
      statusFor: (request) => {
        asked.push(request);
        return asked.length === 1 ? undefined : '0';
      },
    });
    await send(emulator, { 'client-ref': 'a' });
    await send(emulator);
    const text = 'Your PIN is 0042';

    expect(emulator.messages).toHaveLength(2);
    expect(asked).toEqual([
      { to, pin: '0042', clientRef: 'a', text },
      { to, pin: '0042', clientRef: undefined, text },
    ]);
  });

  it('that fails is told in a 500', async () => {
    const emulator = await emulate({
      statusFor: () => {
        throw new Error('no idea');
      },
    });

    expect(await send(emulator)).toMatchObject({
      status: 500,
      body: { 'error-text': 'emulator_fault: Error: no idea' },
    });
  });
});

describe('A request that is not the API', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/sc/us/2fa/xml', 404],
    ['PUT', '/sc/us/2fa/json', 405],
    ['GET', '/conversions/sms', 405],
  ])('%s %s is answered with %i', async (method, path, status) => {
    const emulator = await emulate();
    const answer = await answerOf(fetch(emulator.url + path, { method }));

    expect(answer).toMatchObject({ status, text: '' });
  });

  it('says which methods would do', async () => {
    const emulator = await emulate();
    const allowed = async (path: string) =>
      (await fetch(emulator.url + path, { method: 'PUT' })).headers.get('allow');

    expect(await allowed('/sc/us/2fa/json')).toBe('GET, POST');
    expect(await allowed('/conversions/sms')).toBe('POST');
  });

  it('with more than 64 KiB of body is answered with 413', async () => {
    const emulator = await emulate();

    expect((await send(emulator, { 'client-ref': 'x'.repeat(64 * 1024) })).status).toBe(413);
  });
});

describe('overrideNextReply', () => {
  it('overrides the reply to the resource that it names', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ path: '/conversions/sms', reply: 'replaced', processed: false });
    emulator.overrideNextReply({ path: '/sc/us/2fa/json', reply: 'lost', processed: true });

    await expect(send(emulator)).rejects.toThrow('fetch failed');
    expect(emulator.messages).toHaveLength(1);
    const conversion = await fetch(`${emulator.url}/conversions/sms`, { method: 'POST' });
    expect(conversion.status).toBe(503);
  });
});
