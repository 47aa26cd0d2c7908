import http from 'node:http';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { TwoFactorError } from '../../lib/errors.js';
import type { ModicaClientOptions } from '../../lib/index.js';
import { listen } from '../fixtures/listen.js';
import { clientOf } from '../fixtures/modica.js';

const header = 'X-Modica-Request-Id';

/** An answer to a code, with the header of an id or without one. */
const reply = (status: string, id: string) =>
  `HTTP/1.1 201 Created\r\n${id}Content-Length: ${13 + status.length}\r\n\r\n{"status":"${status}"}`;

/** How replies name their requests: by the number of the exchange. */
const ids: readonly [string, (exchange: number) => string][] = [
  ['with ids', (exchange) => `${header}: r-${exchange}\r\n`],
  ['without ids', () => ''],
  ['with empty ids', () => `${header}:\r\n`],
  ['with ids without end', (exchange) => `${header}: ${'r'.repeat(100)}${exchange}\r\n`],
];

/** When a reply comes once more, in exchanges after its own. */
const later = [1, 2, 5];

const table = ids.flatMap(([how, id]) => later.map((after) => [after, how, id] as const));

/** Says yes to the first request alone, and is asked what a repeat does at the n-th. */
async function startRepeating(
  id: (exchange: number) => string,
  repeat: (exchange: number, first: Socket, yes: string) => void,
  options: Partial<ModicaClientOptions> = {},
) {
  const yes = reply('valid', id(0));
  let exchange = 0;
  let first: Socket | undefined;
  const server = createServer((socket) => {
    socket.on('data', () => {
      first ??= socket;
      socket.write(exchange === 0 ? yes : '');
      repeat(exchange, first, yes);
      socket.write(exchange === 0 ? '' : reply('pending', id(exchange)));
      exchange += 1;
    });
  });
  const { port, connections } = await listen(server);
  const connect = () => clientOf({ url: `http://127.0.0.1:${port}` }, options);
  return { connect, connections };
}

/** What a code is answered with: the word of the API, or the code of an error. */
const answerOf = (client: ReturnType<typeof clientOf>) =>
  client.verifyResponse({ challengeId: 'id', code: '123456' }).then(
    (result) => ('status' in result ? result.status : result.error),
    (error: unknown) => (error instanceof TwoFactorError ? error.code : error),
  );

const believed = new Set(['pending', 'provider_reply_undocumented']);

describe('A32: a repeated acceptance', () => {
  it.each(table)(
    'A32: %i exchanges later, %s, is rejected for another request',
    async (after, _how, id) => {
      const { connect } = await startRepeating(id, (exchange, first, yes) => {
        if (exchange === after && !first.destroyed) first.write(yes);
      });
      const client = connect();
      expect(await answerOf(client)).toBe('valid');
      for (let exchange = 1; exchange <= after + 1; exchange += 1) {
        expect(believed).toContain(await answerOf(client));
      }
    },
  );

  it.each(ids)(
    'A32: on an idle connection, delayed by Nagle, %s, is rejected for another request',
    async (_how, id) => {
      const { connect } = await startRepeating(id, (exchange, first, yes) => {
        if (exchange === 0) setImmediate(() => first.write(yes));
      });
      const client = connect();
      expect(await answerOf(client)).toBe('valid');
      expect(believed).toContain(await answerOf(client));
      expect(await answerOf(client)).toBe('pending');
    },
  );

  it.each(ids)('A32: to another client on the same agent, %s, is rejected', async (_how, id) => {
    const agent = new http.Agent({ keepAlive: true });
    const { connect } = await startRepeating(
      id,
      (exchange, first, yes) => {
        if (exchange === 1 && !first.destroyed) first.write(yes);
      },
      { agent: { http: agent } },
    );
    expect(await answerOf(connect())).toBe('valid');
    expect(believed).toContain(await answerOf(connect()));
  });
});

describe('A32: a connection', () => {
  const silent = () => undefined;

  it.each(ids.slice(1))(
    'A32: is closed after a reply that names no request: %s',
    async (_how, id) => {
      // One connection at a time: the second request waits for it, and gets another one.
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const { connect, connections } = await startRepeating(id, silent, { agent: { http: agent } });
      const client = connect();
      const answers = await Promise.all([answerOf(client), answerOf(client)]);
      expect(answers).toEqual(['valid', 'pending']);
      expect(connections()).toBe(2);
      expect(Object.values(agent.freeSockets).flat()).toEqual([]);
    },
  );

  it('A32: serves 250 replies that name their requests, and two clients', async () => {
    const [, named] = ids[0] ?? ['', () => ''];
    const agent = new http.Agent({ keepAlive: true });
    const { connect, connections } = await startRepeating(named, silent, {
      agent: { http: agent },
    });
    const clients = [connect(), connect()];
    for (let exchange = 0; exchange < 125; exchange += 1) {
      for (const client of clients) await answerOf(client);
    }
    expect(connections()).toBe(1);
    for (const client of clients) await answerOf(client);
    expect(connections()).toBe(2);
  });
});
