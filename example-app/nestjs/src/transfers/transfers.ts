import { BadRequestException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { TransactionSource } from 'passport-modica-2fa/nestjs';
import { Accounts } from './accounts.js';
import type { TransferBody } from './transfer-body.js';

/** The transaction that the code for a transfer approves. Runs before the code is sent, and before it is checked. */
@Injectable()
export class Transfers implements TransactionSource {
  constructor(private readonly accounts: Accounts) {}

  transactionOf({ user, body: { to, amount } }: Request<object, object, TransferBody>) {
    if (!user || amount > this.accounts.balanceOf(user)) {
      throw new BadRequestException('You do not have enough money for this transfer.');
    }
    return { to, amount };
  }
}
