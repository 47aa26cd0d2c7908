import http from 'node:http';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ProviderReplyError } from '../../lib/errors.js';
import type { ModicaClientOptions } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import {
  type InfobipReply,
  infobipProvider,
  startInfobip,
  swissMobile,
} from '../fixtures/infobip.js';
import { listen } from '../fixtures/listen.js';
import { clientOf } from '../fixtures/modica.js';
import { messageReply, nexmoProvider, startNexmo, usMobile } from '../fixtures/nexmo.js';
import { thrownBy } from '../fixtures/thrown.js';

/** An Infobip that has sent a PIN, and answers the next request about it with this. */
async function infobipAfterSending(reply: InfobipReply) {
  const emulator = await startInfobip();
  const provider = infobipProvider(emulator);
  const delivery = await provider.send(swissMobile);
  const reference = delivery.kind === 'sent' ? delivery.reference : '';
  const body = String(reply.body).replace('PIN', reference.split('.')[0] ?? '');
  emulator.overrideNextReply({ reply: 'replaced', processed: true, status: 200, ...reply, body });
  return { provider, reference, code: emulator.messages[0]?.code ?? '' };
}

const sentTo = (to: unknown) => JSON.stringify({ pinId: 'PIN', to, smsStatus: 'MESSAGE_SENT' });
const verifiedOf = (msisdn: unknown) => JSON.stringify({ pinId: 'PIN', msisdn, verified: true });

describe('A32: an answer of Infobip', () => {
  it.each([swissMobile.slice(1), swissMobile, '41 79 302 67 27', null, ''])(
    'A32: is accepted with the requested number, or without one: %j',
    async (number) => {
      const sending = await infobipAfterSending({ body: sentTo(number) });
      const { provider, reference } = sending;
      expect(await provider.resend(reference, swissMobile)).toMatchObject({ kind: 'sent' });
      const checking = await infobipAfterSending({ body: verifiedOf(number) });
      expect(await checking.provider.check(checking.reference, checking.code)).toEqual({
        verdict: 'accepted',
      });
    },
  );

  it.each(['41793026728', '793026727', '+1 212 555 0123', 41793026727])(
    'A32: is rejected with another number, and creates no challenge: %j',
    async (number) => {
      const { provider, reference } = await infobipAfterSending({ body: sentTo(number) });
      await thrownBy(ProviderReplyError, () => provider.resend(reference, swissMobile));
      const again = await infobipAfterSending({ body: sentTo(number) });
      await thrownBy(ProviderReplyError, () => again.provider.send(swissMobile));
      const unsent = sentTo(number).replace('_SENT', '_NOT_SENT');
      const not = await infobipAfterSending({ body: unsent });
      await thrownBy(ProviderReplyError, () => not.provider.send(swissMobile));
      const checking = await infobipAfterSending({ body: verifiedOf(number) });
      await thrownBy(ProviderReplyError, () =>
        checking.provider.check(checking.reference, checking.code),
      );
    },
  );

  it('A32: is accepted for a reference of an older version, which has no number', async () => {
    const { provider, reference, code } = await infobipAfterSending({ body: verifiedOf('1') });
    const [pinId, sentAt] = reference.split('.');
    expect(await provider.check(`${pinId}.${sentAt}`, code)).toEqual({ verdict: 'accepted' });
  });
});

describe('A32: an answer of Nexmo', () => {
  const answered = async (message: object) => {
    const emulator = await startNexmo();
    const body = messageReply({ status: '0', 'message-id': 'AAAA', ...message });
    emulator.overrideNextReply({ reply: 'replaced', processed: true, status: 200, body });
    return nexmoProvider(emulator).send(usMobile);
  };

  it.each([{}, { to: usMobile }, { to: usMobile.slice(1) }, { to: Number(usMobile) }])(
    'A32: is accepted with the requested number, or without one: %j',
    async (message) => {
      expect(await answered(message)).toMatchObject({ kind: 'sent', messageId: 'AAAA' });
    },
  );

  it.each([
    { to: '12125550124' },
    { to: '' },
    { to: [usMobile.slice(1)] },
    { 'client-ref': 'of-another' },
    { status: '7', to: '12125550124' },
  ])('A32: is an unknown outcome with another number: %j', async (message) => {
    await thrownBy(ProviderReplyError, () => answered(message));
  });
});

const reply = (id: string | undefined, status = 'valid') =>
  `HTTP/1.1 201 Created\r\n${id ? `X-Modica-Request-Id: ${id}\r\n` : ''}Content-Length: ${13 + status.length}\r\n\r\n{"status":"${status}"}`;

/** Answers each request so, over and over. */
async function startReplying(
  answer: (socket: Socket) => void,
  options: Partial<ModicaClientOptions> = {},
) {
  const { port, connections } = await listen(
    createServer((socket) => socket.on('data', () => answer(socket))),
  );
  return { client: clientOf({ url: `http://127.0.0.1:${port}` }, options), connections };
}

const response = { challengeId: 'id', code: '123456' };

describe('A32: on a keep-alive connection', () => {
  it('A32: a reply that is repeated inside the next exchange is rejected, and so are all after it', async () => {
    const { client, connections } = await startReplying((socket) => socket.write(reply('r-1')));
    expect(await client.verifyResponse(response)).toMatchObject({ status: 'valid' });
    const error = await thrownBy(ProviderReplyError, () => client.verifyResponse(response));
    expect(error).toMatchObject({ requestId: 'r-1', status: 502 });
    // The next request has a connection of its own.
    expect(await client.verifyResponse(response)).toMatchObject({ status: 'valid' });
    expect(connections()).toBe(2);
  });

  it('A32: 250 replies are compared, then another one is opened', async () => {
    let replies = 0;
    const { client, connections } = await startReplying((socket) => {
      replies += 1;
      socket.write(reply(`r-${replies}`));
    });
    for (let times = 0; times < 250; times += 1) await client.verifyResponse(response);
    expect(connections()).toBe(1);
    await client.verifyResponse(response);
    expect(connections()).toBe(2);
  });

  it('A32: data between two exchanges closes it, and the request uses another one', async () => {
    const idle: Socket[] = [];
    const agent = new http.Agent({ keepAlive: true });
    const answer = (socket: Socket) => {
      socket.write(reply(`r-${idle.length}`, 'pending'));
      idle.push(socket);
    };
    const { client, connections } = await startReplying(answer, { agent: { http: agent } });
    await client.verifyResponse(response);
    const free = () => Object.values(agent.freeSockets).flat()[0]?.bytesRead;
    await expect.poll(free).toBeGreaterThan(0);
    const read = free();
    idle[0]?.write(reply(undefined));
    // Node 20 keeps the socket, with what it has read; Node 22 has dropped it.
    await expect.poll(() => free() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(Number(read));
    expect(await client.verifyResponse(response)).toMatchObject({ status: 'pending' });
    expect(connections()).toBe(2);
  });

  it("A32: one of two parallel logins never gets the other's acceptance", async () => {
    const { browser, emulator } = await startApp();
    const [alice, bob] = [browser(), browser()];
    await alice.login();
    await bob.login('bob');
    const headers = { 'X-Modica-Request-Id': 'one-id' };
    emulator.overrideNextReply({ path: '/responses', reply: 'replaced', processed: true, headers });
    const code = emulator.messages.find(({ to }) => to === '+64211111111')?.code;
    expect((await alice.enter(code)).status).toBe(200);
    const body = '{"status":"valid"}';
    const repeated = { status: 201, headers, body, processed: false, reply: 'replaced' } as const;
    emulator.overrideNextReply({ ...repeated, path: '/responses' });
    const wrong = newestCode(emulator) === '000000' ? '111111' : wrongCodeFor(emulator);
    const refused = await bob.enter(wrong);
    expect([refused.status, refused.body.code]).toEqual([502, 'provider_reply_undocumented']);
    expect((await bob.get('/me')).status).toBe(401);
  });
});
