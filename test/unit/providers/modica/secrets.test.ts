import { once } from 'node:events';
import http from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ReplyOverride } from '../../../../lib/emulator/index.js';
import { ProviderUnavailableError, TwoFactorError } from '../../../../lib/errors.js';
import { Transport } from '../../../../lib/providers/http/transport.js';
import { startApp } from '../../../fixtures/app.js';
import { certificate } from '../../../fixtures/certificate.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { listenToEvents } from '../../../fixtures/events.js';
import { closedGate } from '../../../fixtures/gate.js';
import { listen } from '../../../fixtures/listen.js';
import {
  account,
  clientOf,
  mobile,
  providerAnswered,
  providerOf,
} from '../../../fixtures/modica.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { startRawServer } from '../../../fixtures/raw-server.js';
import { thrownBy } from '../../../fixtures/thrown.js';
import { basic } from '../../emulator/modica/client.js';

const authorization = basic(account.username, account.password);

/** Everything that a logger could write. */
function written(value: unknown): string {
  const causes: unknown[] = [];
  for (let next = value; next instanceof Error; next = next.cause) {
    causes.push(next.message, next.stack, String(next), { ...next });
  }
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true };
  return [inspect(value, options), inspect(causes, options), JSON.stringify(value)].join('\n');
}

function expectNoSecret(text: string) {
  expect(text).not.toContain(account.password);
  expect(text).not.toContain(authorization);
  expect(text).not.toContain(authorization.replace('Basic ', ''));
}

/** An error of got's would hold the whole request. */
function expectPlainCause({ cause }: Error) {
  if (cause === undefined) return;
  expect(Object.keys(Object(cause))).toEqual(['code']);
  expect(cause).not.toHaveProperty('cause');
}

type Place = { readonly url: string };

const overridden = (override: ReplyOverride) => async (): Promise<Place> => {
  const emulator = await startEmulator();
  emulator.overrideNextReply(override);
  return emulator;
};
const status = (code: number, body = '') =>
  overridden({ reply: 'replaced', processed: false, status: code, body });

const places: readonly [string, () => Promise<Place>][] = [
  ['401', status(401)],
  ['429', status(429)],
  ['500', status(500)],
  ['200', status(200)],
  [
    'a redirect',
    overridden({ reply: 'replaced', processed: false, status: 307, headers: { Location: '/x' } }),
  ],
  ['a reply that repeats the request', status(404, JSON.stringify({ authorization, ...account }))],
  ['a lost answer', overridden({ reply: 'lost', processed: true })],
  [
    'a reply that is not HTTP',
    () => startRawServer((socket) => socket.end(`${authorization}\r\n\r\n`)),
  ],
  ['an answer that never comes', () => startRawServer(() => undefined)],
  [
    'an answer that is too large',
    () => startRawServer((socket) => socket.end(`HTTP/1.1 201 OK\r\n\r\n${'x'.repeat(100_000)}`)),
  ],
  ['a refused connection', async () => ({ url: `http://127.0.0.1:${await quietPort()}` })],
  [
    'an untrusted certificate',
    async () => {
      const { port } = await listen(createSecureServer(certificate));
      return { url: `https://127.0.0.1:${port}` };
    },
  ],
];

describe('A18: an error of Modica', () => {
  it.each(places)('A18: has no credential and no code after %s', async (_what, start) => {
    const client = clientOf(await start(), { timeout: 500 });
    const error: unknown = await client
      .verifyResponse({ challengeId: 'id', code: '314159' })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof TwoFactorError)) throw error;
    expectPlainCause(error);
    const text = written(error);
    expectNoSecret(text);
    expect(text).not.toContain('314159');
  });

  it.each(places)(
    'A18: has no credential and no number when a send ends with %s',
    async (_what, start) => {
      const provider = providerOf(await start(), { timeout: 500 });
      const outcome: unknown = await provider.send(mobile).catch((thrown: unknown) => thrown);
      if (outcome instanceof Error) expectPlainCause(outcome);
      const text = written(outcome);
      expectNoSecret(text);
      expect(text).not.toContain(mobile);
    },
  );
});

describe('A41: an agent or HTTP mock that quotes the request in its error', () => {
  it('A41: leaves no credential, code or number in the error, which still has the reason', async () => {
    const code = 'AbCdEf';
    const quoted = `${authorization} ${account.password} ${code} ${mobile} ${mobile.slice(1)}`;
    const agent = { http: new http.Agent() };
    Object.assign(agent.http, {
      createConnection: () => {
        throw Object.assign(new Error(`no match for ${quoted}`), { code });
      },
    });
    const client = clientOf({ url: 'http://127.0.0.1:1' }, { agent });
    for (const call of [
      () => client.verifyResponse({ challengeId: 'id', code }),
      () => client.createChallenge({ destination: mobile, content: `${code} %(code)s` }),
    ]) {
      const error = await thrownBy(ProviderUnavailableError, call);
      expect(error.message).toContain('no match for');
      expectNoSecret(written(error));
      expect(written(error)).not.toContain(mobile.slice(1));
    }
    const error = await thrownBy(ProviderUnavailableError, () =>
      client.verifyResponse({ challengeId: 'id', code }),
    );
    expect(written(error)).not.toContain(code);
  });
});

describe('A18: no credential is visible', () => {
  const made: readonly [string, (place: Place) => [unknown, () => Promise<unknown>]][] = [
    [
      'a transport',
      ({ url }) => {
        const authorization = `Basic ${btoa(`${account.username}:${account.password}`)}`;
        const service = {
          name: 'Modica',
          baseUrl: url,
          timeout: 60_000,
          headers: { authorization },
          secrets: [account.username, account.password],
        };
        const transport = new Transport(service);
        const body = { destination: mobile };
        return [transport, () => transport.call({ method: 'POST', path: '/challenges', body })];
      },
    ],
    [
      'a client',
      (place) => {
        const client = clientOf(place);
        return [client, () => client.createChallenge({ destination: mobile })];
      },
    ],
    [
      'a provider',
      (place) => {
        const provider = providerOf(place);
        return [provider, () => provider.send(mobile)];
      },
    ],
  ];

  it.each(made)('in %s, idle or during a request', async (_what, make) => {
    const emulator = await startEmulator();
    const gate = closedGate();
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const [thing, call] = make(emulator);
    expectNoSecret(written(thing));
    const answer = call();
    await once(emulator, 'request');
    expectNoSecret(written([thing, answer]));
    gate.open();
    await answer;
    expectNoSecret(written(thing));
  });

  it('in a strategy, idle or during a request', async () => {
    const { emulator, strategy, browser } = await startApp();
    const gate = closedGate();
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    expectNoSecret(written(strategy));
    const answer = browser()
      .login()
      .then(({ body }) => body);
    await once(emulator, 'request');
    expectNoSecret(written(strategy));
    gate.open();
    expect(await answer).toMatchObject({ code: 'challenge_sent' });
    expectNoSecret(written(strategy));
  });
});

describe("A18: an API's word that quotes the account", () => {
  const credentials = { username: 'canary-user', password: 'canary-password' };
  const token = Buffer.from('canary-user:canary-password').toString('base64');

  it.each([
    'account canary-user/canary-password',
    'auth canary-user:canary-password failed',
    `bad ${token}`,
    `bad ${token.replace(/=+$/, '')}`,
    `bad ${Buffer.from('canary-password').toString('base64')}`,
  ])('A18: has no credentials in events and errors: %s', async (error) => {
    const heard = listenToEvents();
    for (const meaning of [{}, { sendErrorVerdicts: { [error]: 'account' as const } }]) {
      const provider = await providerAnswered(
        { status: 400, body: JSON.stringify({ error }) },
        { ...credentials, ...meaning },
      );
      const said = await provider.send(mobile).catch((thrown: unknown) => thrown);
      for (const secret of [
        'canary-user',
        'canary-password',
        token.slice(0, 30),
        'Y2FuYXJ5LXBhc3N3b3',
      ]) {
        expect(written([said, heard])).not.toContain(secret);
      }
    }
    const provider = await providerAnswered(
      { status: 400, body: JSON.stringify({ error }) },
      credentials,
    );
    await provider.check('id', '123456');
    expect(heard).toHaveLength(2);
    expect(written(heard)).not.toMatch(/canary/);
  });
});
