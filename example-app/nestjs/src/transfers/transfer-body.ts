import { IsNumber, IsPositive, IsString, Length } from 'class-validator';
import { TwoFactorBody } from 'passport-modica-2fa/nestjs';

export class TransferBody extends TwoFactorBody {
  @IsString()
  @Length(1, 64)
  to!: string;

  @IsNumber({ maxDecimalPlaces: 2 })
  @IsPositive()
  amount!: number;
}
