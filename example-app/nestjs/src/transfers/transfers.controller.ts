import { ConflictException, Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApprovedTransaction, createTwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { pipeFor } from '../body.js';
import type { AppUser } from '../users/users.js';
import { Accounts } from './accounts.js';
import { TransferBody } from './transfer-body.js';
import { Transfers } from './transfers.js';

/** Sends a code that approves this transfer and no other. */
const TransferGuard = createTwoFactorGuard({
  purpose: 'step-up',
  body: pipeFor(TransferBody),
  transaction: Transfers,
});

@Controller('transfers')
export class TransfersController {
  constructor(private readonly accounts: Accounts) {}

  @Post()
  @HttpCode(200)
  @UseGuards(TransferGuard)
  transfer(
    @Req() { user }: { user: AppUser },
    // What was approved, and not what was posted.
    @ApprovedTransaction() transfer: Awaited<ReturnType<Transfers['transactionOf']>>,
  ) {
    // Another transfer may have been made while the code was checked.
    if (!this.accounts.pay(user, transfer.amount)) throw new ConflictException();
    return { transferred: transfer };
  }
}
