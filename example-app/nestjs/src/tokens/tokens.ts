import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { SuccessInfo } from 'passport-modica-2fa';
import { z } from 'zod';
import { type AppUser, Users } from '../users/users.js';

const claimsSchema = z.object({
  sub: z.coerce.number().int(),
  amr: z.array(z.string()),
  auth_time: z.number().optional(),
});

/** Issues and checks the tokens of users who are logged in. */
@Injectable()
export class Tokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly users: Users,
  ) {}

  /**
   * Claims: `amr` of RFC 8176 and OpenID Connect's `auth_time`, in seconds. Not for a transaction, whose code
   * approves that alone.
   */
  issue({ id }: AppUser, info: SuccessInfo): Promise<string> {
    const sub = String(id);
    if (info.code === 'verified') {
      const auth_time = Math.floor(info.verifiedAt.getTime() / 1000);
      return this.jwt.signAsync({ sub, amr: info.amr, auth_time });
    }
    // It leads to a first number, which no other factor can confirm: only while the password is recent.
    return this.jwt.signAsync({ sub, amr: ['pwd'] }, { expiresIn: '5m' });
  }

  /**
   * The user of a token, with `verifiedAt` if it is of both factors. Undefined if it is forged, has expired, or
   * is of one factor although the user has a number.
   */
  async userOf(token: string): Promise<AppUser | undefined> {
    const payload: unknown = await this.jwt.verifyAsync<object>(token).catch(() => undefined);
    const { data: claims } = claimsSchema.safeParse(payload);
    const user = claims && this.users.byId(claims.sub);
    if (!user) return undefined;
    const { amr, auth_time } = claims;
    if (amr.includes('mfa') && auth_time !== undefined) {
      return { ...user, verifiedAt: new Date(auth_time * 1000) };
    }
    return amr.includes('pwd') && user.mobile === null ? user : undefined;
  }
}
