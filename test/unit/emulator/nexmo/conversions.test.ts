import { describe, expect, it } from 'vitest';
import type { NexmoEmulator } from '../../../../lib/emulator/index.js';
import { basic } from '../client.js';
import { answerOf, credentials, emulate, sentId } from './client.js';

const timestamp = '2026-01-02 12:34:56';

/** As the document has it: all in the query. */
function convert(
  emulator: NexmoEmulator,
  parameters: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
) {
  const query = new URLSearchParams(parameters);
  const url = `${emulator.url}/conversions/sms?${query}`;
  return answerOf(fetch(url, { method: 'POST', headers }));
}

describe('The Conversion API', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('records that a PIN came back: %s', async (text, delivered) => {
    const emulator = await emulate();
    const id = await sentId(emulator);
    const conversion = { 'message-id': id, delivered: text, timestamp };
    const answer = await convert(emulator, { ...credentials, ...conversion });

    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(emulator.conversions).toEqual([{ messageId: id, delivered, timestamp }]);
  });

  it('takes Basic authentication', async () => {
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

  it('answers 402 to an account that may not use it', async () => {
    const emulator = await emulate({ conversions: false });
    const id = await sentId(emulator);
    const conversion = { 'message-id': id, delivered: 'true', timestamp };

    expect((await convert(emulator, { ...credentials, ...conversion })).status).toBe(402);
    expect(emulator.conversions).toEqual([]);
  });

  it.each([
    ['no message', { 'message-id': '' }, 423],
    ['a message that was not sent', { 'message-id': 'FFFF' }, 423],
    ['a word for whether it was delivered', { delivered: 'yes' }, 420],
    ['no word for it', { delivered: '' }, 420],
    ['a time of another form', { timestamp: '2026-01-02T12:34:56Z' }, 420],
    ['no time', { timestamp: '' }, 420],
  ])('refuses %s', async (_what, wrong, status) => {
    const emulator = await emulate();
    const id = await sentId(emulator);
    const conversion = { 'message-id': id, delivered: 'true', timestamp, ...wrong };

    expect((await convert(emulator, { ...credentials, ...conversion })).status).toBe(status);
    expect(emulator.conversions).toEqual([]);
  });

  it('lacks parameters that are not there at all', async () => {
    expect((await convert(await emulate(), credentials)).status).toBe(420);
    const halves = { ...credentials, delivered: 'true', timestamp };
    expect((await convert(await emulate(), halves)).status).toBe(423);
    expect((await convert(await emulate(), { ...credentials, delivered: 'true' })).status).toBe(
      420,
    );
  });
});
