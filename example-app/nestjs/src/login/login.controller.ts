import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { SuccessInfo } from 'passport-modica-2fa';
import { createTwoFactorGuard, VerifiedFactor } from 'passport-modica-2fa/nestjs';
import { BodyGuard } from '../body.js';
import { Access } from '../tokens/access.js';
import { Tokens } from '../tokens/tokens.js';
import type { AppUser } from '../users/users.js';
import { Credentials } from './credentials.js';

const ChallengeGuard = createTwoFactorGuard({ phase: 'challenge' });
// Pinned to the response: it sends an SMS only if the body has `resend`.
const ResponseGuard = createTwoFactorGuard({ phase: 'response' });

@Controller('login')
export class LoginController {
  constructor(private readonly tokens: Tokens) {}

  /**
   * The answer to a correct password is 401 challenge_sent. The handler runs for users without a number, and
   * after a recovery code.
   */
  @Post()
  @HttpCode(200)
  @Access('anyone')
  @UseGuards(BodyGuard(Credentials), AuthGuard('local'), ChallengeGuard)
  password(@Req() { user }: { user: AppUser }, @VerifiedFactor() info: SuccessInfo) {
    return this.logIn(user, info);
  }

  @Post('code')
  @HttpCode(200)
  @Access('anyone')
  @UseGuards(ResponseGuard)
  code(@Req() { user }: { user: AppUser }, @VerifiedFactor() info: SuccessInfo) {
    return this.logIn(user, info);
  }

  private async logIn(user: AppUser, info: SuccessInfo) {
    const token = await this.tokens.issue(user, info);
    // The token of a password alone opens nothing but POST /me/mobile.
    if (info.code !== 'verified') return { token, numberRequired: true };
    const { recoveryCodesRemaining } = info;
    return { token, recoveryCodesRemaining };
  }
}
