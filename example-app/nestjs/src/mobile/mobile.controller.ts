import { ConflictException, Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { maskDestination, type VerifiedInfo } from 'passport-modica-2fa';
import { createTwoFactorGuard, VerifiedFactor } from 'passport-modica-2fa/nestjs';
import { pipeFor } from '../body.js';
import { Access } from '../tokens/access.js';
import { FreshCodeOnceEnrolledGuard } from '../tokens/second-factor.guard.js';
import { Tokens } from '../tokens/tokens.js';
import { type AppUser, Users } from '../users/users.js';
import { MobileBody } from './mobile-body.js';

/** A code for the new number. */
const EnrolGuard = createTwoFactorGuard({
  purpose: 'enrol',
  body: pipeFor(MobileBody),
  // Posted with the code as well: a number that the code was not sent to is refused.
  destination: ({ body }: Request<object, object, MobileBody>) => body.mobile,
});

/** A first number, or a new one. */
@Controller('me/mobile')
export class MobileController {
  constructor(
    private readonly users: Users,
    private readonly tokens: Tokens,
  ) {}

  @Post()
  @HttpCode(200)
  @Access('password')
  @UseGuards(FreshCodeOnceEnrolledGuard, EnrolGuard)
  async save(@Req() { user }: { user: AppUser }, @VerifiedFactor() info: VerifiedInfo<'enrol'>) {
    const { destination, firstNumber } = info;
    const changed = this.users.changeMobile(user, destination);
    if (!changed) throw new ConflictException('Your number has changed. Please try again.');
    const mobile = maskDestination(destination);
    // A first number is a second factor from now on. A new one proves only itself.
    return firstNumber ? { mobile, token: await this.tokens.issue(changed, info) } : { mobile };
  }
}
