import type { IncomingMessage } from 'node:http';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Request } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import {
  createTwoFactorGuard,
  RequireSecondFactor,
  TwoFactorException,
  TwoFactorGuard,
} from '../../../lib/nestjs/index.js';
import { type CreateApp, startWithModule } from './module-app.js';

/** The HTTP request with which each client has connected. */
const handshakes = new WeakMap<object, Request>();

const handshakeOf = (context: ExecutionContext) => {
  const handshake = handshakes.get(context.switchToWs().getClient());
  if (handshake === undefined) throw new Error('No handshake.');
  return handshake;
};

/** Stands for the app's guard of tokens: the handshake has one in its headers. */
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    handshakeOf(context).user = Object({ id: 1 });
    return true;
  }
}

/** Gives the strategy the message as a body. */
class StepUpGuard extends createTwoFactorGuard({ purpose: 'step-up' }) {
  override getRequest(context: ExecutionContext) {
    return Object.assign(handshakeOf(context), { body: context.switchToWs().getData() });
  }
}

/** Sends what a client of HTTP would read: Nest itself answers 'Internal server error' here. */
@Catch(TwoFactorException)
class SendRefusal implements ExceptionFilter<TwoFactorException> {
  catch(exception: TwoFactorException, host: ArgumentsHost) {
    const { code } = exception;
    host
      .switchToWs()
      .getClient<WebSocket>()
      .send(JSON.stringify({ event: 'refused', data: code }));
  }
}

@WebSocketGateway()
@UseFilters(SendRefusal)
class AccountGateway implements OnGatewayConnection {
  handleConnection(client: WebSocket, request: IncomingMessage) {
    handshakes.set(client, Object(request));
  }

  @SubscribeMessage('guarded')
  @RequireSecondFactor({
    maxAge: 300,
    getRequest: handshakeOf,
    verifiedAt: ({ headers }) => headers['x-verified-at']?.toString(),
  })
  @UseGuards(TokenGuard)
  guarded(@MessageBody() sent: unknown) {
    return { event: 'done', data: sent };
  }

  @SubscribeMessage('step-up')
  @UseGuards(TokenGuard, StepUpGuard)
  stepUp() {
    return { event: 'done' };
  }

  @SubscribeMessage('unprepared')
  @RequireSecondFactor()
  unprepared() {
    return { event: 'done' };
  }

  @SubscribeMessage('code')
  @UseGuards(TwoFactorGuard)
  code() {
    return { event: 'done' };
  }
}

const withWebSockets: CreateApp = async (module, options) => {
  const app = await NestFactory.create(module, options);
  return app.useWebSocketAdapter(new WsAdapter(app));
};

/** An app with the gateway, and a client of it. */
async function start() {
  const { app, emulator, logged } = await startWithModule(
    { providers: [AccountGateway] },
    {},
    withWebSockets,
  );
  const url = (await app.getUrl()).replace('http', 'ws');
  return {
    emulator,
    logged,
    /** Sends an event on a connection of its own; returns the answer. */
    ask: async (event: string, headers: Record<string, string> = {}, data: unknown = null) => {
      const socket = new WebSocket(url, { headers });
      onTestFinished(() => socket.close());
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      const answer = new Promise<unknown>((resolve) => {
        socket.once('message', (message) => resolve(JSON.parse(String(message))));
      });
      socket.send(JSON.stringify({ event, data }));
      return answer;
    },
  };
}

/** What passes every guard, if a guard takes a message for a request. */
const forged = {
  user: { id: 1 },
  session: {
    passport: { user: 1 },
    'two-factor-verified': { realm: 'users', userId: 1, at: Date.now() },
  },
};

describe('A WebSocket gateway', () => {
  it('lets a connection with a fresh second factor through', async () => {
    const { ask } = await start();
    const headers = { 'x-verified-at': new Date().toISOString() };
    expect(await ask('guarded', headers, 7)).toEqual({ event: 'done', data: 7 });
  });

  it('refuses a connection without one, and sends the code of the refusal', async () => {
    const { ask, logged } = await start();
    const refused = { event: 'refused', data: 'second_factor_required' };
    expect(await ask('guarded')).toEqual(refused);
    expect(await ask('guarded', {}, forged)).toEqual(refused);
    expect(logged).toEqual([]);
  });

  it('sends no code, because its handshake is a GET', async () => {
    const { ask, emulator } = await start();
    expect(await ask('step-up', {}, {})).toEqual({ event: 'refused', data: 'method_not_allowed' });
    expect(emulator.messages).toHaveLength(0);
  });

  it.each(['unprepared', 'code'])(
    'A46: refuses a message to a guard without getRequest, with the reason in the log: %s',
    async (event) => {
      const { ask, logged } = await start();
      expect(await ask(event, {}, forged)).toEqual({ event: 'refused', data: 'option_invalid' });
      expect(logged).toHaveLength(1);
      expect(String(logged)).toContain('of type "ws"');
    },
  );
});
