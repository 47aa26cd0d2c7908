import { randomUUID } from 'node:crypto';
import { Agent, createServer } from 'node:https';
import { connect, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ProviderOutcomeUnknownError, ProviderUnavailableError } from '../../../../lib/errors.js';
import { tillSent } from '../../../fixtures/broken-answers.js';
import { certificate } from '../../../fixtures/certificate.js';
import { listen } from '../../../fixtures/listen.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const trusting = () => ({ https: new Agent({ ca: certificate.cert, keepAlive: true }) });

type Answer = (socket: Socket) => void;

/** The API behind TLS. Each request gets the next of these answers; after the last, success. */
function api(...answers: Answer[]) {
  let requests = 0;
  const server = createServer(certificate, (request, response) => {
    requests += 1;
    const answer = answers.shift();
    if (answer) answer(request.socket);
    else response.writeHead(201, { 'X-Modica-Request-Id': randomUUID() }).end('{"status":"valid"}');
  });
  return { server, requests: () => requests };
}

async function on(server: Server) {
  const { port, connections } = await listen(server);
  return { url: `https://127.0.0.1:${port}`, connections };
}

const response = { challengeId: 'id', code: '123456' };
const cut: Answer = (socket) => socket.destroy();

describe('F2: an untrusted certificate', () => {
  it('gets no request, and makes the provider unavailable after three attempts', async () => {
    const { server, requests } = api();
    const { url, connections } = await on(server);
    const error = await thrownBy(ProviderUnavailableError, () =>
      clientOf({ url }).verifyResponse(response),
    );
    expect(error.cause).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(error.status).toBe(503);
    expect(connections()).toBe(3);
    expect(requests()).toBe(0);
  });
});

describe('F2: a connection whose TLS handshake never completes', () => {
  it('makes the provider unavailable at the deadline', async () => {
    const { url, connections } = await on(createRawServer());
    await thrownBy(ProviderUnavailableError, () =>
      clientOf({ url }, { timeout: 300 }).createChallenge({ destination: mobile }),
    );
    expect(connections()).toBeLessThanOrEqual(1);
  });

  it('makes the provider unavailable through a connected proxy, too', async () => {
    const { url } = await on(createRawServer());
    const { port, hostname } = new URL(url);
    type Ready = (error: null, socket: Socket) => void;
    const createConnection = (options: ConnectionOptions, ready: Ready) => {
      const connected = connect(Number(port), hostname, () =>
        ready(null, connectTls({ ...options, socket: connected })),
      );
    };
    const agent = { https: Object.assign(new Agent(), { createConnection }) };
    await thrownBy(ProviderUnavailableError, () =>
      clientOf({ url }, { agent, timeout: 300 }).createChallenge({ destination: mobile }),
    );
  });

  it('is retried only within the deadline of the whole call', async () => {
    const { url, connections } = await on(createRawServer(cut));
    await thrownBy(ProviderUnavailableError, () =>
      clientOf({ url }, { timeout: 250 }).createChallenge({ destination: mobile }),
    );
    // The third attempt is due after 300 milliseconds; on a busy machine even the second may be too late.
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it('is retried, and the next connection sends the request once', async () => {
    const { server, requests } = api();
    let broken = 0;
    const front = createRawServer((socket) => {
      broken += 1;
      if (broken === 1) socket.destroy();
      else server.emit('connection', socket);
    });
    const { url, connections } = await on(front);
    const result = await clientOf({ url }, { agent: trusting() }).verifyResponse(response);
    expect(result).toMatchObject({ kind: 'answered', status: 'valid' });
    expect(connections()).toBe(2);
    expect(requests()).toBe(1);
  });
});

describe('An established TLS connection', () => {
  it('is kept alive and reused', async () => {
    const { server, requests } = api();
    const { url, connections } = await on(server);
    const client = clientOf({ url }, { agent: trusting() });
    await client.verifyResponse(response);
    await client.verifyResponse(response);
    expect(connections()).toBe(1);
    expect(requests()).toBe(2);
  });

  it('F1: that loses the answer makes the outcome unknown, without a retry', async () => {
    const { server, requests } = api(cut);
    const { url, connections } = await on(server);
    await thrownBy(ProviderOutcomeUnknownError, () =>
      clientOf({ url }, { agent: trusting() }).verifyResponse(response),
    );
    expect(connections()).toBe(1);
    expect(requests()).toBe(1);
  });

  it('F1: that is reused and loses the answer makes the outcome unknown, too', async () => {
    const { server, requests } = api((socket) => {
      socket.write(
        'HTTP/1.1 201 Created\r\nX-Modica-Request-Id: r-1\r\nContent-Length: 18\r\n\r\n{"status":"valid"}',
      );
    }, cut);
    const { url, connections } = await on(server);
    const client = clientOf({ url }, { agent: trusting() });
    await client.verifyResponse(response);
    await thrownBy(ProviderOutcomeUnknownError, () => client.verifyResponse(response));
    expect(connections()).toBe(1);
    expect(requests()).toBe(2);
  });

  it('F1: on which no answer comes makes the outcome unknown at the deadline', async () => {
    const { server, requests } = api(() => undefined);
    const { url } = await on(server);
    await thrownBy(ProviderOutcomeUnknownError, () =>
      clientOf({ url }, { agent: trusting(), timeout: tillSent }).verifyResponse(response),
    );
    expect(requests()).toBe(1);
  });
});
