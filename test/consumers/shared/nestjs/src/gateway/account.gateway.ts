import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { type OnGatewayConnection, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Request } from 'express';
import {
  RequireSecondFactor,
  TwoFactorException,
  TwoFactorGuard,
} from 'passport-modica-2fa/nestjs';
import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';

/** Clients of ws do not know the request with which they have connected; those of socket.io do. */
const handshakes = new WeakMap<object, Request>();

function handshakeOf(context: ExecutionContext): Request {
  const client = context.switchToWs().getClient();
  return handshakes.get(client) ?? client.request;
}

class HandshakeGuard extends AuthGuard('access') {
  getRequest(context: ExecutionContext) {
    return handshakeOf(context);
  }
}

@Catch(TwoFactorException)
class SendRefusal implements ExceptionFilter<TwoFactorException> {
  catch({ code }: TwoFactorException, host: ArgumentsHost): void {
    const client = host.switchToWs().getClient<Socket | WebSocket>();
    if ('handshake' in client) client.emit('refused', code);
    else client.send(JSON.stringify({ event: 'refused', data: code }));
  }
}

@WebSocketGateway()
@UseFilters(SendRefusal)
export class AccountGateway implements OnGatewayConnection {
  handleConnection(client: object, handshake?: Request): void {
    if (handshake) handshakes.set(client, handshake);
  }

  @SubscribeMessage('account')
  @RequireSecondFactor({ maxAge: 300, getRequest: handshakeOf })
  @UseGuards(HandshakeGuard)
  account() {
    return { event: 'account', data: 'opened' };
  }

  @SubscribeMessage('unprepared')
  @UseGuards(TwoFactorGuard)
  unprepared() {
    return { event: 'account', data: 'opened' };
  }
}
