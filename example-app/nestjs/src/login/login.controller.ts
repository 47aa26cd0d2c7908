import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { VerifiedInfo } from 'passport-modica-2fa';
import { createTwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { BodyGuard, credentialsSchema } from './requests.js';
import { Tokens } from './tokens.js';
import type { AppUser } from './users.js';

const ChallengeGuard = createTwoFactorGuard({ phase: 'challenge' });
// Pinned to the response: it sends an SMS only if the body has `resend`.
const ResponseGuard = createTwoFactorGuard({ phase: 'response' });

@Controller('login')
export class LoginController {
  constructor(private readonly tokens: Tokens) {}

  /** Never runs: the answer to a correct password is 401 challenge_sent. */
  @Post()
  @UseGuards(BodyGuard(credentialsSchema), AuthGuard('local'), ChallengeGuard)
  password(): void {}

  @Post('code')
  @HttpCode(200)
  @UseGuards(ResponseGuard)
  async code(@Req() { user, authInfo }: { user: AppUser; authInfo: VerifiedInfo }) {
    return { token: await this.tokens.issue(user, authInfo) };
  }
}
