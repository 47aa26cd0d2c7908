import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TwoFactorError } from '../../../../lib/errors.js';
import {
  messageReply,
  type NexmoReply,
  nexmoAccount,
  nexmoAnswering,
  nexmoProvider,
  sentByNexmo,
  startNexmo,
  usMobile,
} from '../../../fixtures/nexmo.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { startRawServer } from '../../../fixtures/raw-server.js';

const number = usMobile.slice(1);
const says = JSON.stringify({ ...nexmoAccount, number });

/** Everything that a logger could write. */
function written(value: unknown): string {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true };
  const texts = [inspect(value, options), JSON.stringify(value)];
  for (let next = value; next instanceof Error; next = next.cause) {
    texts.push(next.message, String(next.stack), inspect({ ...next }, options));
  }
  return texts.join('\n');
}

function expectNone(value: unknown, ...secrets: readonly string[]) {
  for (const secret of [nexmoAccount.apiSecret, number, ...secrets]) {
    expect(written(value)).not.toContain(secret);
  }
}

type Place = { readonly url: string };
const answering = (reply: NexmoReply) => (): Promise<Place> => nexmoAnswering(reply);
const said = (status: string) =>
  answering({ status: 200, body: messageReply({ status, 'error-text': says, to: number }) });

const places: readonly [string, () => Promise<Place>][] = [
  ['401', answering({ status: 401, body: says })],
  ['500', answering({ status: 500, body: says })],
  ['a redirect', answering({ status: 307, headers: { Location: '/x' }, body: says })],
  ['a reply that repeats the request', answering({ status: 200, body: says })],
  ['refused credentials', said('4')],
  ['a refused parameter', said('2')],
  ['an internal error', said('5')],
  ['an unknown status', said(says)],
  ['a reply that is not HTTP', () => startRawServer((socket) => socket.end(`${says}\r\n\r\n`))],
  ['an answer that never comes', () => startRawServer(() => undefined)],
  ['a refused connection', async () => ({ url: `http://127.0.0.1:${await quietPort()}` })],
];

describe('A18: an error of Nexmo', () => {
  it.each(places)('A18: has no secret and no number after %s', async (_what, start) => {
    const provider = nexmoProvider(await start(), { timeout: 300 });
    const error: unknown = await provider.send(usMobile).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TwoFactorError);
    expectNone(error);
  });
});

describe('A18: no secret and no PIN is visible', () => {
  it('in a provider and its results, before and after use', async () => {
    const emulator = await startNexmo();
    const provider = nexmoProvider(emulator, { conversion: true, digits: 10 });
    expectNone(provider);
    const { pin, ...delivery } = await sentByNexmo(emulator, provider);
    const check = await provider.check(delivery.reference, pin);
    expectNone([provider, delivery, check], pin);
  });

  it('in the error of an unreadable reference', async () => {
    const provider = nexmoProvider({ url: 'http://127.0.0.1:1' });
    const error: unknown = await provider
      .check(`${number}.x`, '3141592653')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TwoFactorError);
    expectNone(error, '3141592653');
  });
});
