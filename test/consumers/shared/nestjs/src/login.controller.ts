import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ChallengeGuard, PasswordGuard, ResponseGuard } from './guards.js';
import type { AppUser } from './users.js';

@Controller('login')
export class LoginController {
  @Post()
  @UseGuards(PasswordGuard, ChallengeGuard)
  start(): void {
    // Never reached: what the guard answers is that a code is on its way.
  }

  @Post('code')
  @HttpCode(200)
  @UseGuards(ResponseGuard)
  finish(@Req() request: { user: AppUser }): { id: number } {
    return { id: request.user.id };
  }
}
