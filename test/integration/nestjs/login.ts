import { Controller, Get, HttpCode, Post, Req, type Type, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { createTwoFactorGuard, type TwoFactorGuardOptions } from '../../../lib/nestjs/index.js';

/** A login in two steps, as a Nest app writes it. */
export function loginWith(options: TwoFactorGuardOptions = {}): Type {
  @Controller()
  class LoginController {
    @Post('login')
    @UseGuards(AuthGuard('local'), createTwoFactorGuard({ ...options, phase: 'challenge' }))
    login() {
      return { passed: true };
    }

    @Post('login/code')
    @HttpCode(200)
    @UseGuards(createTwoFactorGuard({ ...options, phase: 'response' }))
    code(@Req() { user, authInfo }: Request) {
      return { user, info: authInfo };
    }

    @Get('me')
    me(@Req() { user }: Request) {
      return { user: user ?? null };
    }
  }
  return LoginController;
}
