import { Controller, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import {
  createTwoFactorGuard,
  LogOutFirstGuard,
  RequireSecondFactor,
} from 'passport-modica-2fa/nestjs';
import type { AppUser } from '../users.js';

@Controller()
export class SessionsController {
  @Post('login')
  @HttpCode(200)
  @UseGuards(
    LogOutFirstGuard,
    AuthGuard('local'),
    createTwoFactorGuard({ session: true, phase: 'challenge' }),
  )
  login(@Req() { user }: { user: AppUser }) {
    return { name: user.name };
  }

  @Post('login/code')
  @HttpCode(200)
  @UseGuards(createTwoFactorGuard({ session: true, phase: 'response' }))
  code(@Req() { user }: { user: AppUser }) {
    return { name: user.name };
  }

  @Post('step-up')
  @HttpCode(200)
  @UseGuards(createTwoFactorGuard({ purpose: 'step-up' }))
  stepUp(@Req() { account }: { account: AppUser }) {
    return { name: account.name };
  }

  @Get('me')
  me(@Req() { user }: { user?: AppUser }) {
    return { name: user?.name ?? null };
  }

  @Get('account')
  @RequireSecondFactor({ maxAge: 300 })
  account(@Req() { user }: { user: AppUser }) {
    return { name: user.name };
  }
}
