import { BadRequestException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { TransactionSource } from 'passport-modica-2fa/nestjs';

export interface Transfer {
  readonly to: string;
  readonly amount: number;
}

@Injectable()
export class Transfers implements TransactionSource {
  transactionOf({ body }: Request) {
    const { to, amount }: Partial<Transfer> = body;
    if (typeof to !== 'string' || typeof amount !== 'number') throw new BadRequestException();
    return { to, amount };
  }
}
