import { Matches } from 'class-validator';
import { TwoFactorBody } from 'passport-modica-2fa/nestjs';

export class MobileBody extends TwoFactorBody {
  @Matches(/^\+[1-9]\d{6,14}$/, { message: 'must be a number like +64211234567' })
  mobile!: string;
}
