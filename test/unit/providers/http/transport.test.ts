import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import http from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationError, ProviderUnavailableError } from '../../../../lib/errors.js';
import { loadGot, Transport } from '../../../../lib/providers/http/transport.js';
import { startEmulator } from '../../../fixtures/emulator.js';
import { closedGate } from '../../../fixtures/gate.js';
import { infobipClient } from '../../../fixtures/infobip.js';
import { listen } from '../../../fixtures/listen.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { thrownBy } from '../../../fixtures/thrown.js';

/** Counts the connections that this process attempts from now on. */
function countConnections(): () => number {
  let count = 0;
  const listener = () => {
    count += 1;
  };
  subscribe('net.client.socket', listener);
  onTestFinished(() => {
    unsubscribe('net.client.socket', listener);
  });
  return () => count;
}

describe('The id of a request', () => {
  it.each(['secret', 'nested'])('is dropped when it repeats what was sent: %s', async (sent) => {
    const server = http.createServer((_request, response) => {
      response.writeHead(200, { 'x-id': `id-${sent}-1` }).end('{}');
    });
    const { port } = await listen(server);
    const transport = new Transport({
      name: 'Test',
      baseUrl: `http://127.0.0.1:${port}`,
      timeout: 10_000,
      headers: {},
      requestIdHeader: 'x-id',
      secrets: ['secret'],
    });
    const call = { method: 'POST', path: '/', body: { outer: { inner: 'nested' } } } as const;
    expect((await transport.call(call)).requestId).toBeUndefined();
  });
});

describe('F2: a provider that refuses connections', () => {
  it('is unavailable after three attempts', async () => {
    const url = `http://127.0.0.1:${await quietPort()}`;
    const tried = countConnections();
    const error = await thrownBy(ProviderUnavailableError, () =>
      clientOf({ url }).createChallenge({ destination: mobile }),
    );
    expect(tried()).toBe(3);
    expect(error).toMatchObject({ code: 'provider_unavailable', status: 503 });
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is retried only within the deadline of the whole call', async () => {
    const url = `http://127.0.0.1:${await quietPort()}`;
    const tried = countConnections();
    await thrownBy(ProviderUnavailableError, () =>
      clientOf({ url }, { timeout: 250 }).createChallenge({ destination: mobile }),
    );
    // The third attempt is due after 300 milliseconds; on a busy machine even the second may be too late.
    expect(tried()).toBeLessThanOrEqual(2);
  });

  it('gets one request when it is back before a retry', async () => {
    const emulator = await startEmulator();
    const { url } = emulator;
    const port = Number(new URL(url).port);
    await emulator.stop();
    const tried = countConnections();
    const back = () => {
      unsubscribe('net.client.socket', back);
      setImmediate(() => emulator.start(port));
    };
    subscribe('net.client.socket', back);
    const result = await clientOf({ url }).createChallenge({ destination: mobile });
    expect(result.kind).toBe('created');
    expect(emulator.messages).toHaveLength(1);
    expect(tried()).toBeGreaterThan(1);
  });
});

describe('F2: a provider whose name DNS does not know', () => {
  it('is unavailable', async () => {
    const client = clientOf({ url: 'https://nowhere.invalid' }, { timeout: 3000 });
    const error = await thrownBy(ProviderUnavailableError, () =>
      client.createChallenge({ destination: mobile }),
    );
    expect(error.status).toBe(503);
    expect(error.hint).toContain('DNS');
  });
});

describe('A connection', () => {
  const answer: http.RequestListener = (_request, response) => {
    response.statusCode = 201;
    response.setHeader('X-Modica-Request-Id', randomUUID());
    response.end('{"status":"valid"}');
  };
  const response = { challengeId: 'id', code: '123456' };

  it('is kept alive and reused', async () => {
    const { port, connections } = await listen(http.createServer(answer));
    const client = clientOf({ url: `http://127.0.0.1:${port}` });
    await client.verifyResponse(response);
    await client.verifyResponse(response);
    expect(connections()).toBe(1);
  });

  it('is reused for an API whose replies have no id, too', async () => {
    const { port, connections } = await listen(
      http.createServer((_request, reply) => reply.end('[]')),
    );
    const client = infobipClient({ url: `http://127.0.0.1:${port}` });
    await client.getApplications();
    await client.getApplications();
    expect(connections()).toBe(1);
  });

  it("is made by the app's agent, if there is one", async () => {
    const { port, connections } = await listen(http.createServer(answer));
    const agent = { http: new http.Agent({ keepAlive: false }) };
    const client = clientOf({ url: `http://127.0.0.1:${port}` }, { agent });
    await client.verifyResponse(response);
    await client.verifyResponse(response);
    expect(connections()).toBe(2);
  });

  it('that fails before it is opened (EMFILE) is retried, then the provider is unavailable', async () => {
    let tried = 0;
    const noDescriptor = () => {
      tried += 1;
      const error = Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' });
      const socket = new Socket();
      process.nextTick(() => socket.destroy(error));
      return socket;
    };
    const agent = { http: Object.assign(new http.Agent(), { createConnection: noDescriptor }) };
    const client = clientOf({ url: 'http://127.0.0.1:1' }, { agent });
    const error = await thrownBy(ProviderUnavailableError, () => client.verifyResponse(response));
    expect(error.cause).toMatchObject({ code: 'EMFILE' });
    expect(tried).toBe(3);
  });

  it('that is never free makes the provider unavailable at the deadline, and sends nothing', async () => {
    const emulator = await startEmulator();
    const gate = closedGate();
    const agent = { http: new http.Agent({ maxSockets: 1 }) };
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const first = clientOf(emulator, { agent }).createChallenge({ destination: mobile });
    await once(emulator, 'request');
    await thrownBy(ProviderUnavailableError, () =>
      clientOf(emulator, { agent, timeout: 200 }).createChallenge({ destination: mobile }),
    );
    expect(emulator.requests).toHaveLength(1);
    gate.open();
    expect((await first).kind).toBe('created');
    expect(emulator.requests).toHaveLength(1);
  });
});

describe('An agent of the app', () => {
  it.each([
    ['an Error', new Error('proxy is misconfigured')],
    ['a string', 'proxy is misconfigured'],
  ])('that throws %s makes the provider unavailable', async (_what, thrown) => {
    const agent = { http: new http.Agent() };
    Object.assign(agent.http, {
      createConnection: () => {
        throw thrown;
      },
    });
    const client = clientOf({ url: 'http://127.0.0.1:1' }, { agent });
    const error = await thrownBy(ProviderUnavailableError, () =>
      client.createChallenge({ destination: mobile }),
    );
    expect(error.cause).toHaveProperty('code');
  });
});

describe('F31: an HTTP client that cannot be loaded, as under Jest without its flag', () => {
  it('is an error of the set-up, which names the flag and says that nothing was sent', async () => {
    const failure = new TypeError('A dynamic import callback was invoked without a flag');
    const error = await thrownBy(ConfigurationError, () => loadGot(() => Promise.reject(failure)));
    expect(error).toMatchObject({ code: 'http_client_missing', status: 500 });
    expect(error.message).toMatch(/nothing was sent.*node --experimental-vm-modules/);
    expect(error.cause).toMatchObject({ message: failure.message });
  });
});
