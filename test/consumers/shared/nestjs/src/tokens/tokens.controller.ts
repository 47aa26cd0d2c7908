import { Controller, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { SuccessInfo } from 'passport-modica-2fa';
import {
  ApprovedTransaction,
  createTwoFactorGuard,
  RequireSecondFactor,
  TwoFactorGuard,
  VerifiedFactor,
} from 'passport-modica-2fa/nestjs';
import { Tokens } from '../auth/tokens.js';
import { type Transfer, TransferGuard } from '../auth/transfers.js';
import { ChallengeGuard, ResponseGuard } from '../guards.js';
import type { AppUser } from '../users.js';

@Controller()
export class TokensController {
  constructor(private readonly tokens: Tokens) {}

  @Post('login')
  @UseGuards(AuthGuard('local'), ChallengeGuard)
  login(@Req() { user }: { user: AppUser }, @VerifiedFactor() info: SuccessInfo) {
    return this.tokens.access(user, info);
  }

  @Post('login/code')
  @UseGuards(ResponseGuard)
  code(@Req() { user }: { user: AppUser }, @VerifiedFactor() info: SuccessInfo) {
    return this.tokens.access(user, info);
  }

  @Post('partial')
  @UseGuards(AuthGuard('local'))
  partial(@Req() { user }: { user: AppUser }) {
    return this.tokens.partial(user);
  }

  @Post('partial/code')
  @UseGuards(AuthGuard('partial'), TwoFactorGuard)
  partialCode(@Req() { user }: { user: AppUser }, @VerifiedFactor() info: SuccessInfo) {
    return this.tokens.access(user, info);
  }

  @Post('step-up')
  @UseGuards(AuthGuard('access'), createTwoFactorGuard({ purpose: 'step-up' }))
  stepUp(@Req() { account }: { account: AppUser }, @VerifiedFactor() info: SuccessInfo) {
    return this.tokens.access(account, info);
  }

  @Get('account')
  @RequireSecondFactor({ maxAge: 300 })
  @UseGuards(AuthGuard('access'))
  account(@Req() { user }: { user: AppUser }) {
    return { name: user.name };
  }

  @Post('transfers')
  @HttpCode(200)
  @UseGuards(AuthGuard('access'), TransferGuard)
  transfer(@ApprovedTransaction() approved: Transfer) {
    return approved;
  }
}
