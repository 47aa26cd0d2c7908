import { Body, Controller, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { createTwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { BodyGuard, type Transfer, transferSchema } from './requests.js';
import { TokenGuard } from './token.guard.js';
import type { AppUser } from './users.js';

/** A code is sent for this transfer, and answers for no other. */
const TransferGuard = createTwoFactorGuard({
  purpose: 'step-up',
  transaction: ({ body: { to, amount } }) => ({ to, amount }),
});

/** What only whoever is logged in may do. */
@Controller()
@UseGuards(TokenGuard)
export class AccountController {
  @Get('me')
  me(@Req() { user: { id, username, mobile } }: { user: AppUser }) {
    // An answer can end up in a log or on a screen that others see.
    return { id, username, mobile: `•••••${mobile.slice(-2)}` };
  }

  @Post('transfers')
  @HttpCode(200)
  @UseGuards(BodyGuard(transferSchema), TransferGuard)
  transfer(@Body() { to, amount }: Transfer) {
    return { transferred: { to, amount } };
  }
}
