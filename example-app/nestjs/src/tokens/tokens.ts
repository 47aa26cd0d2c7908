import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { VerifiedInfo } from 'passport-modica-2fa';
import { z } from 'zod';
import { type AppUser, Users } from './users.js';

const claimsSchema = z.object({
  sub: z.coerce.number().int(),
  // The app issues no other tokens. If it ever does, they will not be accepted as these.
  amr: z.array(z.string()).refine((methods) => methods.includes('mfa')),
});

/** Issues and checks the tokens of users who have passed both factors. */
@Injectable()
export class Tokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly users: Users,
  ) {}

  /** Claims: `amr` of RFC 8176 and OpenID Connect's `auth_time`, in seconds. */
  issue(user: AppUser, { amr, verifiedAt }: VerifiedInfo): Promise<string> {
    return this.jwt.signAsync({
      sub: String(user.id),
      amr,
      auth_time: Math.floor(verifiedAt.getTime() / 1000),
    });
  }

  /** Undefined for a token that is forged, has expired or whose user is gone. */
  async userOf(token: string): Promise<AppUser | undefined> {
    const payload: unknown = await this.jwt.verifyAsync(token).catch(() => undefined);
    const claims = claimsSchema.safeParse(payload);
    return claims.success ? this.users.byId(claims.data.sub) : undefined;
  }
}
