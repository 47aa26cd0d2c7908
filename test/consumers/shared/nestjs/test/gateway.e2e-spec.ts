import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { GatewayModule } from '../src/gateway/gateway.module.js';
import { alice, bob, newestCode, onExpress, silent, start, testing } from './start.js';

type Answer = { event: string; data: unknown };

/** Sends an event on a connection with a token, and returns the answer. */
type Ask = (url: string, token: string, event: string) => Promise<Answer>;

const askWs: Ask = (url, token, event) =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ event, data: null })));
    socket.once('message', (message) => {
      resolve(JSON.parse(String(message)));
      socket.close();
    });
  });

const askIo: Ask = (url, token, event) =>
  new Promise((resolve, reject) => {
    const socket = io(url, { extraHeaders: { authorization: `Bearer ${token}` } });
    socket.once('connect_error', reject);
    socket.once('connect', () => socket.emit(event, null));
    socket.onAny((answered, data) => {
      resolve({ event: answered, data });
      socket.close();
    });
  });

describe.each([
  ['ws', askWs, (app: INestApplication) => app.useWebSocketAdapter(new WsAdapter(app))],
  ['socket.io', askIo, (app: INestApplication) => app.useWebSocketAdapter(new IoAdapter(app))],
])('A gateway of %s', (_library, ask, useSockets) => {
  const startApp = () => start(testing(GatewayModule).setLogger(silent), onExpress(useSockets));

  it('is opened by a token with a code, from a login over HTTP', async () => {
    const { url, post } = await startApp();
    const { body } = await post('/login', alice);
    const answer = { challenge: body.challenge.id, code: newestCode() };
    const { token } = (await post('/login/code', answer)).body;
    expect(await ask(url, token, 'account')).toEqual({ event: 'account', data: 'opened' });
  });

  it('refuses a token without a code, and sends the code of the refusal', async () => {
    const { url, post } = await startApp();
    const { token } = (await post('/login', bob)).body;
    const refused = { event: 'refused', data: 'second_factor_required' };
    expect(await ask(url, token, 'account')).toEqual(refused);
  });

  it('refuses every message where a guard has no getRequest', async () => {
    const { url, post } = await startApp();
    const { token } = (await post('/login', bob)).body;
    const refused = { event: 'refused', data: 'option_invalid' };
    expect(await ask(url, token, 'unprepared')).toEqual(refused);
  });
});
