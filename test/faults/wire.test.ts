import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ProviderReplyError } from '../../lib/errors.js';
import { ModicaClient } from '../../lib/index.js';
import { InfobipClient } from '../../lib/infobip.js';
import { type App, startApp } from '../fixtures/app.js';
import { brokenAnswers, head, tillSent } from '../fixtures/broken-answers.js';
import { second, stopClock } from '../fixtures/clock.js';
import { expectNoLeaks } from '../fixtures/leaks.js';
import { listen } from '../fixtures/listen.js';
import { startRawServer } from '../fixtures/raw-server.js';
import { thrownBy } from '../fixtures/thrown.js';

const logIn = ({ browser }: App) => browser().login();

describe('F3: an answer to a challenge', () => {
  it.each(brokenAnswers)(
    'that %s ends in one request, a typed error and no second SMS',
    async (_how, answer) => {
      expectNoLeaks();
      stopClock();
      const modica = await startRawServer(answer);
      const app = await startApp({ strategy: { baseUrl: modica.url, timeout: tillSent } });
      const lost = await logIn(app);
      expect(lost.status).toBe(504);
      expect(lost.body.code).toBe('provider_outcome_unknown');
      expect((await logIn(app)).body).toMatchObject({
        code: 'challenge_sent',
        challenge: { delivery: 'unknown', reused: true },
      });
      expect(modica.connections()).toBe(1);
    },
  );

  it('that is larger than any reply is not read to its end', async () => {
    expectNoLeaks();
    const modica = await startRawServer((socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      const pour = () => {
        while (!socket.destroyed && socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`));
      };
      socket.on('drain', pour);
      pour();
    });
    const app = await startApp({ strategy: { baseUrl: modica.url } });
    expect((await logIn(app)).status).toBe(504);
  });
});

describe('F2, F3: a connection', () => {
  it.each([
    ['whose TLS handshake stalls', createServer()],
    ['that is closed during the TLS handshake', createServer((socket) => socket.destroy())],
  ])('%s sends nothing, and the login can be retried', async (_how, server) => {
    expectNoLeaks();
    const { port } = await listen(server);
    const app = await startApp({
      strategy: { baseUrl: `https://127.0.0.1:${port}`, timeout: 500, limits: { sendsPerHour: 1 } },
    });
    for (let tried = 0; tried < 2; tried += 1) {
      const refused = await logIn(app);
      expect(refused.status).toBe(503);
      expect(refused.body.code).toBe('provider_unavailable');
    }
  });
});

describe('F4: the Retry-After of a busy Modica', () => {
  it.each([
    ['a date', 429, 'Tue, 01 Jan 2030 00:01:30 GMT', 429, '90'],
    ['an absurd date', 429, 'Fri, 31 Dec 9999 23:59:59 GMT', 429, '3600'],
    ['absurd seconds', 429, '99999999999', 429, '3600'],
    ['seconds beside a 500', 500, '7', 504, '7'],
    ['absurd seconds beside a 502', 502, '99999999999', 504, '3600'],
    ['a date beside a 503', 503, 'Tue, 01 Jan 2030 00:01:30 GMT', 504, '90'],
    ['a word beside a 504', 504, 'later', 504, undefined],
  ])('is bounded: %s', async (_what, status, retryAfter, answered, expected) => {
    expectNoLeaks();
    const clock = stopClock();
    clock.advance(Date.UTC(2030, 0, 1) - Date.now());
    const { browser, emulator } = await startApp();
    const headers = { 'retry-after': retryAfter };
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status, headers });
    const refused = await browser().login();
    expect(refused.status).toBe(answered);
    expect(refused.headers['retry-after']).toBe(expected);
    expect(emulator.requests).toHaveLength(1);
    clock.advance(30 * second);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });
});

/** A reply that is none yet, over and over, as far as the other side takes it. */
const early = (status: string) => (socket: Socket) => {
  const pour = () => {
    while (!socket.destroyed && socket.write(`HTTP/1.1 ${status}\r\n\r\n`.repeat(100)));
  };
  socket.on('drain', pour);
  pour();
};

const upgrade = 'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n';
const valid = `${head}Content-Length: 18\r\n\r\n{"status":"valid"}`;

describe('F3: a connection', () => {
  it.each([
    ['whose protocol is changed', upgrade],
    ['whose protocol is changed, with data', `${upgrade}hello`],
    ['whose protocol is changed, with a yes', `${upgrade}${valid}`],
    ['whose protocol is changed after an early hint', `HTTP/1.1 103 Early Hints\r\n\r\n${upgrade}`],
    ['whose new protocol has no name', 'HTTP/1.1 101 X\r\n\r\n'],
    ['whose new protocol has no name, with a yes', `HTTP/1.1 101 X\r\n\r\n${valid}`],
  ])('%s is refused at once, and no socket stays open', async (_how, bytes) => {
    expectNoLeaks();
    // No deadline passes.
    stopClock();
    const sockets: Socket[] = [];
    const modica = await startRawServer((socket) => {
      sockets.push(socket);
      socket.write(bytes);
    });
    const { url: baseUrl } = modica;
    for (const client of [
      new ModicaClient({ username: 'app', password: 'canary-password', baseUrl }),
      new InfobipClient({ apiKey: 'canary-key', baseUrl }),
    ]) {
      const call =
        client instanceof ModicaClient
          ? client.verifyResponse({ challengeId: 'id', code: '123456' })
          : client.verifyPin({ pinId: 'id', pin: '123456' });
      await thrownBy(ProviderReplyError, () => call);
    }
    await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it.each(['100 Continue', '102 Processing', '103 Early Hints'])(
    'that only gets "%s" is closed at the deadline',
    async (status) => {
      expectNoLeaks();
      const modica = await startRawServer(early(status));
      const app = await startApp({ strategy: { baseUrl: modica.url, timeout: 500 } });
      expect((await logIn(app)).body.code).toBe('provider_outcome_unknown');
    },
  );
});
