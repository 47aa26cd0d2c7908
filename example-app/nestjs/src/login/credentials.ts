import { IsString, Length } from 'class-validator';
import { TwoFactorBody } from 'passport-modica-2fa/nestjs';

/** A recovery code may be posted with the password; then no message is sent. */
export class Credentials extends TwoFactorBody {
  @IsString()
  @Length(1, 64)
  username!: string;

  @IsString()
  @Length(1, 200)
  password!: string;
}
