import http from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ProviderUnavailableError, TwoFactorError } from '../../../../lib/errors.js';
import {
  apiKey,
  type InfobipReply,
  infobipAnswering,
  infobipClient,
  infobipProvider,
  refusal,
  startInfobip,
  swissMobile,
} from '../../../fixtures/infobip.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { startRawServer } from '../../../fixtures/raw-server.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const pin = '314159';
const says = JSON.stringify({ apiKey, pin, to: swissMobile.slice(1) });

/** Everything that a logger could write. */
function written(value: unknown): string {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true };
  const texts = [inspect(value, options), JSON.stringify(value)];
  for (let next = value; next instanceof Error; next = next.cause) {
    texts.push(next.message, String(next.stack), inspect({ ...next }, options));
  }
  return texts.join('\n');
}

function expectNoSecret(value: unknown) {
  for (const secret of [apiKey, pin, swissMobile.slice(1)]) {
    expect(written(value)).not.toContain(secret);
  }
}

type Place = { readonly url: string };
const answering = (reply: InfobipReply) => (): Promise<Place> => infobipAnswering(reply);

const places: readonly [string, () => Promise<Place>][] = [
  ['401', answering({ status: 401, body: says })],
  ['403', answering({ status: 403, body: says })],
  ['404', answering({ status: 404, body: refusal('NOT_FOUND', { [says]: says }) })],
  ['400', answering({ status: 400, body: refusal(says, { [pin]: says, from: says }) })],
  ['429', answering({ status: 429, body: says })],
  ['500', answering({ status: 500, body: says })],
  ['a redirect', answering({ status: 307, headers: { Location: `/${apiKey}` } })],
  ['a reply that repeats the request', answering({ status: 200, body: says })],
  ['a reply that is not HTTP', () => startRawServer((socket) => socket.end(`${says}\r\n\r\n`))],
  ['an answer that never comes', () => startRawServer(() => undefined)],
  ['a refused connection', async () => ({ url: `http://127.0.0.1:${await quietPort()}` })],
];

describe('A18: no credential, PIN or number is visible', () => {
  it.each(places)('in the outcome of %s', async (_what, start) => {
    for (const call of [
      async () => infobipProvider(await start(), { timeout: 300 }).send(swissMobile),
      async () => infobipProvider(await start(), { timeout: 300 }).check('AAAA.1', pin),
      async () => infobipProvider(await start(), { timeout: 300 }).call(swissMobile),
      async () =>
        infobipProvider(await start(), {
          timeout: 300,
          contentPlaceholders: ['before', 'after'],
        }).send(swissMobile, `${pin} %(code)s`),
    ]) {
      const outcome: unknown = await call().catch((thrown: unknown) => thrown);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(TwoFactorError);
      expectNoSecret(outcome);
    }
  });

  it('in the error of an agent that quotes the key without its scheme', async () => {
    const agent = { http: new http.Agent() };
    Object.assign(agent.http, {
      createConnection: () => {
        throw new Error(`no connection with ${apiKey}`);
      },
    });
    const provider = infobipProvider({ url: 'http://127.0.0.1:1' }, { agent });
    const error = await thrownBy(ProviderUnavailableError, () => provider.send(swissMobile));
    expect(error.message).toContain('no connection with …');
    expectNoSecret(error);
  });

  it('in a client and a provider, before and after use', async () => {
    const emulator = await startInfobip();
    const client = infobipClient(emulator);
    const provider = infobipProvider(emulator);
    expectNoSecret([client, provider]);
    await client.getApplications();
    const delivery = await provider.send(swissMobile);
    expectNoSecret([client, provider, delivery]);
  });
});
