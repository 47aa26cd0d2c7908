import { Controller, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { maskDestination, type VerifiedInfo } from 'passport-modica-2fa';
import { createTwoFactorGuard, VerifiedFactor } from 'passport-modica-2fa/nestjs';
import { Tokens } from '../tokens/tokens.js';
import type { AppUser } from '../users/users.js';

@Controller()
export class AccountController {
  constructor(private readonly tokens: Tokens) {}

  @Get('me')
  me(@Req() { user: { id, username, mobile } }: { user: AppUser }) {
    // Masked: a response may end up in a log.
    return { id, username, mobile: mobile && maskDestination(mobile) };
  }

  /** Exchanges the token and a code for a token that is fresh enough for `@RequireFreshCode()`. */
  @Post('step-up')
  @HttpCode(200)
  @UseGuards(createTwoFactorGuard({ purpose: 'step-up' }))
  async stepUp(@Req() { user }: { user: AppUser }, @VerifiedFactor() info: VerifiedInfo) {
    return { token: await this.tokens.issue(user, info) };
  }
}
