import { BadRequestException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { createTwoFactorGuard, type TransactionSource } from 'passport-modica-2fa/nestjs';

export interface Transfer {
  readonly to: string;
  readonly amount: number;
}

/** A provider, found by the class that the guard is given. */
@Injectable()
export class Transfers implements TransactionSource {
  transactionOf({ body }: Request) {
    const { to, amount }: Partial<Transfer> = body;
    if (typeof to !== 'string' || typeof amount !== 'number') throw new BadRequestException();
    return { to, amount };
  }
}

export const TransferGuard = createTwoFactorGuard({ purpose: 'step-up', transaction: Transfers });
