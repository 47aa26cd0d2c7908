import { Controller, Get, Header, Post, Req } from '@nestjs/common';
import { generateRecoveryCodes } from 'passport-modica-2fa';
import { RequireFreshCode } from '../tokens/second-factor.guard.js';
import type { AppUser } from '../users/users.js';
import { RecoveryCodes } from './recovery-codes.js';

/** A fresh code first: a stolen token must not be enough for ten codes that outlive it. */
@Controller('me/recovery-codes')
@RequireFreshCode()
export class RecoveryCodesController {
  constructor(private readonly recoveryCodes: RecoveryCodes) {}

  @Get()
  remaining(@Req() { user }: { user: AppUser }) {
    return { remaining: this.recoveryCodes.hashes(user.id).length };
  }

  /** The only time that the codes are shown: they are stored nowhere. */
  @Post()
  @Header('Cache-Control', 'no-store')
  async renew(@Req() { user }: { user: AppUser }) {
    const { codes, hashes } = await generateRecoveryCodes();
    this.recoveryCodes.replace(user.id, hashes);
    return { codes };
  }
}
