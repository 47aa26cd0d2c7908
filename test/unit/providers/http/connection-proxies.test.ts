import http from 'node:http';
import https from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { createGlobalProxyAgent } from 'global-agent';
import { HttpsProxyAgent as HpAgent } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { ProxyAgent } from 'proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ProviderOutcomeUnknownError, ProviderUnavailableError } from '../../../../lib/errors.js';
import { certificate } from '../../../fixtures/certificate.js';
import { listen } from '../../../fixtures/listen.js';
import { clientOf, mobile } from '../../../fixtures/modica.js';
import { startProxy, startSocksProxy, tunnelRefusals } from '../../../fixtures/proxy.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const ca = certificate.cert;

/** Agents that apps pass as `agent.https`, by package name. */
const agents: Readonly<Record<string, (proxy: string) => https.Agent>> = {
  'https-proxy-agent': (proxy) => new HttpsProxyAgent(proxy),
  'https-proxy-agent, kept alive': (proxy) => new HttpsProxyAgent(proxy, { keepAlive: true }),
  hpagent: (proxy) => new HpAgent({ proxy }),
  'hpagent, kept alive': (proxy) => new HpAgent({ proxy, keepAlive: true }),
  'proxy-agent': (proxy) => new ProxyAgent({ getProxyForUrl: () => proxy }),
};

/** These agents serve https without being Node's own https agents. */
function asHttps(agent: https.Agent) {
  // The CA of the API's certificate, which these agents pass on.
  Object.assign(agent.options, { ca });
  return { https: agent };
}

/** Replaces every agent of this process until the test ends. */
function useGlobalAgent(proxy: string) {
  const modules = [http, https];
  const before = modules.map(({ request, get, globalAgent }) => ({ request, get, globalAgent }));
  onTestFinished(() => {
    for (const [index, module] of modules.entries()) Object.assign(module, before[index]);
  });
  createGlobalProxyAgent().HTTPS_PROXY = proxy;
}

const response = { challengeId: 'id', code: '123456' };

/** The API behind TLS. It accepts every code, unless `answer` is given. */
async function startApi(answer?: (socket: Socket) => void) {
  let requests = 0;
  const server = https.createServer(certificate, (request, reply) => {
    requests += 1;
    if (answer) answer(request.socket);
    else reply.writeHead(201).end('{"status":"valid"}');
  });
  const { port } = await listen(server);
  return { url: `https://127.0.0.1:${port}`, requests: () => requests };
}

describe.each(Object.entries(agents))('A request through the agent %s', (_name, make) => {
  it('gets the answer over TLS', async () => {
    const [api, proxy] = [await startApi(), await startProxy('tunnel')];
    const client = clientOf(api, { agent: asHttps(make(proxy.url)) });
    expect(await client.verifyResponse(response)).toMatchObject({ status: 'valid' });
    expect(await client.verifyResponse(response)).toMatchObject({ status: 'valid' });
    expect(api.requests()).toBe(2);
    expect(proxy.asked.join()).not.toMatch(/authorization/i);
  });

  it('F15, A33: is unavailable when the proxy refuses the tunnel, and sends nothing', async () => {
    const api = await startApi();
    const refused = Object.entries(tunnelRefusals).map(async ([how, answer]) => {
      const proxy = await startProxy(answer);
      const timeout = answer === 'hang' ? 250 : 10_000;
      const client = clientOf(api, { agent: asHttps(make(proxy.url)), timeout });
      const errors = [
        await thrownBy(ProviderUnavailableError, () => client.verifyResponse(response)),
        await thrownBy(ProviderUnavailableError, () =>
          client.createChallenge({ destination: mobile }),
        ),
      ];
      for (const error of errors) {
        expect(error.message, how).toContain('nothing was sent');
        // The message has the proxy's reason, if there is one.
        if (/^[45]/.test(how)) expect(error.message).toContain(how);
      }
      expect(proxy.asked.join(), how).not.toMatch(/^authorization/im);
    });
    await Promise.all(refused);
    expect(api.requests()).toBe(0);
  });

  it('F1: has an unknown outcome and is not retried when the answer is lost in the tunnel', async () => {
    const api = await startApi((socket) => socket.destroy());
    const proxy = await startProxy('tunnel');
    const client = clientOf(api, { agent: asHttps(make(proxy.url)) });
    await thrownBy(ProviderOutcomeUnknownError, () => client.verifyResponse(response));
    expect(api.requests()).toBe(1);
  });
});

describe('F15: a refused tunnel', () => {
  it('by a SOCKS proxy makes the provider unavailable, and sends nothing', async () => {
    const api = await startApi();
    const agent = asHttps(new SocksProxyAgent(await startSocksProxy()));
    const error = await thrownBy(ProviderUnavailableError, () =>
      clientOf(api, { agent }).verifyResponse(response),
    );
    expect(error.message).toContain('Socks5 proxy rejected connection');
    expect(api.requests()).toBe(0);
  });

  it.each(['407', 'closes', 'hangs', 'a yes'])(
    'to global-agent, which replaces every agent, makes the provider unavailable: %s',
    async (how) => {
      const api = await startApi();
      const proxy = await startProxy(tunnelRefusals[how] ?? 'tunnel');
      useGlobalAgent(proxy.url);
      const timeout = 250;
      await thrownBy(ProviderUnavailableError, () =>
        clientOf(api, { timeout }).verifyResponse(response),
      );
      expect(proxy.asked.length).toBeGreaterThan(0);
      expect(proxy.asked.join()).not.toMatch(/^authorization/im);
      expect(api.requests()).toBe(0);
    },
  );
});

describe('A33: an agent that returns a connection without TLS', () => {
  it.each<[string, object]>([
    ['no property "encrypted"', {}],
    ['"encrypted" is false', { encrypted: false }],
  ])(
    'gets neither the credentials nor the code, and its answer is discarded: %s',
    async (_what, more) => {
      const received: string[] = [];
      const server = createServer((socket) => {
        socket.on('data', (data) => received.push(data.toString()));
        socket.write('HTTP/1.1 201 Created\r\nContent-Length: 18\r\n\r\n{"status":"valid"}');
      });
      const { port } = await listen(server);
      const agent = new https.Agent();
      const createConnection = vi.fn(() => Object.assign(connect(port, '127.0.0.1'), more));
      Object.assign(agent, { createConnection });
      const client = clientOf({ url: `https://127.0.0.1:${port}` }, { agent: { https: agent } });
      const error = await thrownBy(ProviderUnavailableError, () => client.verifyResponse(response));
      expect(error.message).toContain('without TLS');
      expect(createConnection).toHaveBeenCalledTimes(3);
      expect(received).toEqual([]);
    },
  );
});
