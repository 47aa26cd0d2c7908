import { describe, expect, it } from 'vitest';
import type { NexmoEmulator, NexmoStatus } from '../../../../lib/emulator/index.js';
import { basic } from '../modica/client.js';
import { answerOf, credentials, emulate, phone, replied, send, sentId, to } from './client.js';

const noon = Date.UTC(2026, 0, 2, 12);

describe("The Nexmo emulator's /sc/us/2fa/json", () => {
  it('replies with strings only, the message count included', async () => {
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

  it('sends an SMS with the PIN of the app, with its leading zeros', async () => {
    const emulator = await emulate({ now: () => noon });
    const answer = await send(emulator);
    const [message] = Object(answer.body).messages;

    expect(emulator.messages).toEqual([
      {
        channel: 'sms',
        to: phone,
        text: 'Your PIN is 0042',
        code: '0042',
        sentAt: new Date(noon),
        from: '22395',
        id: message['message-id'],
      },
    ]);
  });
});

describe('The option statusFor of the Nexmo emulator', () => {
  const statuses: readonly NexmoStatus[] = [
    ...(['1', '2', '3', '4', '5', '6', '7', '8', '9', '11', '12', '13', '14', '15'] as const),
    ...(['16', '19', '20', '23', '29', '34', '101', '102'] as const),
  ];

  it.each(statuses)(
    'can reply with status %s to a valid request, and then no SMS is sent',
    async (status) => {
      const emulator = await emulate({ statusFor: () => status });

      expect((await send(emulator)).body).toEqual(
        replied({ status, to, 'error-text': expect.stringMatching(/^[A-Z]/) }),
      );
      expect(emulator.messages).toEqual([]);
    },
  );

  it('gets the request, and sends the SMS when it returns 0 or undefined', async () => {
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

  it('is a 500 with the reason when it throws', async () => {
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

describe('A request that the Nexmo emulator refuses', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/sc/us/2fa/xml', 404],
    ['PUT', '/sc/us/2fa/json', 405],
    ['GET', '/conversions/sms', 405],
  ])('is %s %s with status %i', async (method, path, status) => {
    const emulator = await emulate();
    const answer = await answerOf(fetch(emulator.url + path, { method }));

    expect(answer).toMatchObject({ status, text: '' });
  });

  it('is a 405 that names the allowed methods when the method is another', async () => {
    const emulator = await emulate();
    const allowed = async (path: string) =>
      (await fetch(emulator.url + path, { method: 'PUT' })).headers.get('allow');

    expect(await allowed('/sc/us/2fa/json')).toBe('GET, POST');
    expect(await allowed('/conversions/sms')).toBe('POST');
  });

  it('is a 413 when its body is larger than 64 KiB', async () => {
    const emulator = await emulate();

    expect((await send(emulator, { 'client-ref': 'x'.repeat(64 * 1024) })).status).toBe(413);
  });
});

const timestamp = '2026-01-02 12:34:56';

/** Sends all parameters in the query, as the document does. */
function convert(
  emulator: NexmoEmulator,
  parameters: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
) {
  const query = new URLSearchParams(parameters);
  const url = `${emulator.url}/conversions/sms?${query}`;
  return answerOf(fetch(url, { method: 'POST', headers }));
}

describe('The Conversion API of the Nexmo emulator', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('records whether the message was delivered: %s', async (text, delivered) => {
    const emulator = await emulate();
    const id = await sentId(emulator);
    const conversion = { 'message-id': id, delivered: text, timestamp };
    const answer = await convert(emulator, { ...credentials, ...conversion });

    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(emulator.conversions).toEqual([{ messageId: id, delivered, timestamp }]);
  });

  it('accepts Basic authentication', async () => {
    const emulator = await emulate({ apiKey: 'key', apiSecret: 'secret' });
    const id = await sentId(emulator, { api_key: 'key', api_secret: 'secret' });
    const conversion = { 'message-id': id, delivered: 'true', timestamp };
    const authorization = basic('key', 'secret');

    expect((await convert(emulator, conversion, { authorization })).status).toBe(200);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['no credentials', {}, {}],
    ['a wrong secret', { api_key: 'emulator', api_secret: 'wrong' }, {}],
    ['a wrong secret by Basic authentication', {}, { authorization: basic('emulator', 'wrong') }],
  ])('refuses %s with 401', async (_what, account, headers) => {
    const emulator = await emulate();
    const id = await sentId(emulator);
    const conversion = { 'message-id': id, delivered: 'true', timestamp };

    expect((await convert(emulator, { ...account, ...conversion }, headers)).status).toBe(401);
    expect(emulator.conversions).toEqual([]);
  });

  it('replies 402 when it is not enabled for the account', async () => {
    const emulator = await emulate({ conversions: false });
    const id = await sentId(emulator);
    const conversion = { 'message-id': id, delivered: 'true', timestamp };

    expect((await convert(emulator, { ...credentials, ...conversion })).status).toBe(402);
    expect(emulator.conversions).toEqual([]);
  });

  it.each([
    ['no message', { 'message-id': '' }, 423],
    ['a message that was not sent', { 'message-id': 'FFFF' }, 423],
    ['a delivered that is not a boolean', { delivered: 'yes' }, 420],
    ['no delivered', { delivered: '' }, 420],
    ['a timestamp in another format', { timestamp: '2026-01-02T12:34:56Z' }, 420],
    ['no timestamp', { timestamp: '' }, 420],
  ])('refuses %s', async (_what, wrong, status) => {
    const emulator = await emulate();
    const id = await sentId(emulator);
    const conversion = { 'message-id': id, delivered: 'true', timestamp, ...wrong };

    expect((await convert(emulator, { ...credentials, ...conversion })).status).toBe(status);
    expect(emulator.conversions).toEqual([]);
  });

  it('refuses a request that lacks a parameter', async () => {
    expect((await convert(await emulate(), credentials)).status).toBe(420);
    const halves = { ...credentials, delivered: 'true', timestamp };
    expect((await convert(await emulate(), halves)).status).toBe(423);
    expect((await convert(await emulate(), { ...credentials, delivered: 'true' })).status).toBe(
      420,
    );
  });
});
