import {
  BadRequestException,
  Controller,
  HttpCode,
  Inject,
  Injectable,
  Post,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../lib/index.js';
import {
  ApprovedTransaction,
  createTwoFactorGuard,
  type TransactionSource,
} from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startWithModule } from './module-app.js';

const transfer = { username: 'alice', password: 'right', to: 'Bakery' };

/** Reads the transaction from the request that Nest has injected. */
@Injectable({ scope: Scope.REQUEST })
class OfRequest implements TransactionSource {
  readonly read: Transaction[] = [];

  constructor(@Inject(REQUEST) private readonly request: Request) {
    if (request.body.to === '') throw new BadRequestException('To whom?');
  }

  transactionOf(): Transaction {
    const { to } = this.request.body;
    this.read.push({ to });
    return { to };
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient implements TransactionSource {
  transactionOf({ body: { to } }: Request): Transaction {
    return { to };
  }
}

/** Depends on the request only by what it injects. */
@Injectable()
class Indirect implements TransactionSource {
  constructor(@Inject(OfRequest) private readonly transfers: OfRequest) {}

  transactionOf(): Transaction {
    return this.transfers.transactionOf();
  }
}

const guardWith = (transaction: typeof OfRequest | typeof Transient | typeof Indirect) =>
  createTwoFactorGuard({ purpose: 'step-up', transaction });

@Controller()
class Transfers {
  @Post('of-request')
  @HttpCode(200)
  @UseGuards(AuthGuard('local'), guardWith(OfRequest))
  ofRequest(@ApprovedTransaction() approved: Transaction) {
    return approved;
  }

  @Post('transient')
  @HttpCode(200)
  @UseGuards(AuthGuard('local'), guardWith(Transient))
  transient(@ApprovedTransaction() approved: Transaction) {
    return approved;
  }

  @Post('indirect')
  @HttpCode(200)
  @UseGuards(AuthGuard('local'), guardWith(Indirect))
  indirect(@ApprovedTransaction() approved: Transaction) {
    return approved;
  }
}

@Controller('shared')
class Shared {
  constructor(@Inject(OfRequest) private readonly transfers: OfRequest) {}

  @Post()
  @HttpCode(200)
  @UseGuards(AuthGuard('local'), guardWith(OfRequest))
  transfer() {
    return { read: this.transfers.read };
  }
}

const start = () =>
  startWithModule({
    controllers: [Transfers, Shared],
    providers: [OfRequest, Transient, Indirect],
  });

describe('The provider of a transaction', () => {
  it.each([
    ['is request-scoped', '/of-request'],
    ['is transient', '/transient'],
    ['injects a request-scoped provider', '/indirect'],
  ])('may be one that %s', async (_scope, path) => {
    const { post, emulator } = await start();
    const { body } = await post(path, transfer).expect(401);
    expect(emulator.messages.at(-1)?.text).toContain('"Bakery"');
    const answer = { challenge: body.challenge.id, code: newestCode(emulator) };
    await post(path, { ...transfer, ...answer }).expect(200, { to: 'Bakery' });
  });

  it('is the one of the handler, if it is request-scoped', async () => {
    const { post, emulator } = await start();
    const { body } = await post('/shared', transfer).expect(401);
    const answer = { challenge: body.challenge.id, code: newestCode(emulator) };
    await post('/shared', { ...transfer, ...answer }).expect(200, { read: [{ to: 'Bakery' }] });
  });

  it('A48: may refuse the request while it is created, and nothing is sent', async () => {
    const { post, emulator } = await start();
    const { body } = await post('/of-request', { ...transfer, to: '' }).expect(400);
    expect(body.message).toBe('To whom?');
    expect(emulator.messages).toHaveLength(0);
  });
});
