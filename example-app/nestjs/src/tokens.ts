import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { VerifiedInfo } from 'passport-modica-2fa';
import { z } from 'zod';
import { type AppUser, Users } from './users.js';

const claimsSchema = z.object({
  sub: z.coerce.number().int(),
  // The app gives out no other token; should it ever do, that one is none of these.
  amr: z.array(z.string()).refine((methods) => methods.includes('mfa')),
});

/** What whoever passed both factors gets, and shows from then on. */
@Injectable()
export class Tokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly users: Users,
  ) {}

  /** The claims are RFC 8176's `amr` and OpenID Connect's `auth_time`: how, and when (in seconds). */
  issue(user: AppUser, { amr, verifiedAt }: VerifiedInfo): Promise<string> {
    return this.jwt.signAsync({
      sub: String(user.id),
      amr,
      auth_time: Math.floor(verifiedAt.getTime() / 1000),
    });
  }

  /** Undefined for a token that is not ours, is over or belongs to nobody. */
  async userOf(token: string): Promise<AppUser | undefined> {
    const payload: unknown = await this.jwt.verifyAsync(token).catch(() => undefined);
    const claims = claimsSchema.safeParse(payload);
    return claims.success ? this.users.byId(claims.data.sub) : undefined;
  }
}
