import { Body, Controller, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { createTwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { BodyGuard, type Transfer, transferSchema } from './requests.js';
import { TokenGuard } from './token.guard.js';
import type { AppUser } from './users.js';

/** Sends a code that approves this transfer and no other. */
const TransferGuard = createTwoFactorGuard({
  purpose: 'step-up',
  transaction: ({ body: { to, amount } }) => ({ to, amount }),
});

/** Routes of users who are logged in. */
@Controller()
@UseGuards(TokenGuard)
export class AccountController {
  @Get('me')
  me(@Req() { user: { id, username, mobile } }: { user: AppUser }) {
    // Masked: a response may end up in a log.
    return { id, username, mobile: `•••••${mobile.slice(-2)}` };
  }

  @Post('transfers')
  @HttpCode(200)
  @UseGuards(BodyGuard(transferSchema), TransferGuard)
  transfer(@Body() { to, amount }: Transfer) {
    return { transferred: { to, amount } };
  }
}
