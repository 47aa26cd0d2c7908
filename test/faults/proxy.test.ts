import https from 'node:https';
import { HttpsProxyAgent as HpAgent } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { certificate } from '../fixtures/certificate.js';
import { infobipProvider, startInfobip } from '../fixtures/infobip.js';
import { expectNoLeaks } from '../fixtures/leaks.js';
import { listen } from '../fixtures/listen.js';
import { startProxy, type TunnelAnswer, tunnelRefusals } from '../fixtures/proxy.js';

const agents: Readonly<Record<string, (proxy: string) => https.Agent>> = {
  'https-proxy-agent': (proxy) => new HttpsProxyAgent(proxy),
  hpagent: (proxy) => new HpAgent({ proxy }),
};

/** A Modica behind TLS that takes every challenge, and every code. */
async function startModica() {
  const challenge = {
    id: '7b3f5b4e-8f2b-4a43-9d7e-3c1f2e4d5a6b',
    created: '2030-01-01T00:00:00Z',
    expires: '2030-01-01T00:05:00Z',
  };
  const server = https.createServer(certificate, ({ url }, reply) => {
    const body = url === '/challenges' ? challenge : { status: 'valid' };
    reply.writeHead(201).end(JSON.stringify(body));
  });
  const { port } = await listen(server);
  return `https://127.0.0.1:${port}`;
}

/** An app that reaches its Modica through a proxy. */
async function startBehind(answer: TunnelAnswer, make = agents['https-proxy-agent']) {
  const proxy = await startProxy(answer);
  const infobip = await startInfobip();
  const agent = make?.(proxy.url) ?? new https.Agent();
  // The API's certificate is verified; both agents pass on these options.
  Object.assign(agent.options, { ca: certificate.cert });
  const account = { baseUrl: await startModica(), agent: { https: agent } };
  return { proxy, infobip, account };
}

describe.each(Object.entries(agents))(
  'F15: when a proxy refuses the tunnel to %s',
  (_name, make) => {
    it('the login ends in provider_unavailable, and can be retried at once', async () => {
      expectNoLeaks();
      const refused = Object.entries(tunnelRefusals).map(async ([how, answer]) => {
        const { account } = await startBehind(answer, make);
        const limits = { sendsPerHour: 1 };
        const app = await startApp({ strategy: { ...account, timeout: 250, limits } });
        for (let tried = 0; tried < 2; tried += 1) {
          const { status, body } = await app.browser().login();
          expect([status, body.code], how).toEqual([503, 'provider_unavailable']);
        }
      });
      await Promise.all(refused);
    });

    it('the fallback sends', async () => {
      const { account, infobip } = await startBehind(tunnelRefusals['407'] ?? 'close', make);
      const fallback = [infobipProvider(infobip)];
      const limits = { resendCooldown: 60 };
      const alice = (await startApp({ strategy: { ...account, fallback, limits } })).browser();
      expect((await alice.login()).body.code).toBe('challenge_sent');
      const code = infobip.messages.at(-1)?.code;
      expect((await alice.enter(code)).body.user.name).toBe('alice');
    });
  },
);

describe('A33: when a proxy answers CONNECT with an accepting body', () => {
  it('the code is not accepted, no attempt is counted, and the correct answer is used later', async () => {
    const { account, proxy } = await startBehind('tunnel');
    const alice = (await startApp({ strategy: account })).browser();
    expect((await alice.login()).body.code).toBe('challenge_sent');
    proxy.answer = tunnelRefusals['a yes'] ?? 'close';
    for (let tried = 0; tried < 6; tried += 1) {
      const refused = await alice.enter('123456');
      expect(refused.status).toBe(503);
      expect(refused.body.code).toBe('provider_unavailable');
      expect((await alice.get('/me')).status).toBe(401);
    }
    proxy.answer = 'tunnel';
    expect((await alice.enter('123456')).body.user.name).toBe('alice');
  });

  it('no challenge is created without the API', async () => {
    const { account } = await startBehind(tunnelRefusals['a challenge'] ?? 'close');
    const refused = await (await startApp({ strategy: account })).browser().login();
    expect(refused.body.code).toBe('provider_unavailable');
  });
});
