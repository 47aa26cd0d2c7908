import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import type { VerifiedInfo } from 'passport-modica-2fa';
import {
  ApprovedTransaction,
  createTwoFactorGuard,
  LogOutFirstGuard,
  VerifiedFactor,
} from 'passport-modica-2fa/nestjs';
import { PasswordGuard } from '../guards.js';
import { type Transfer, Transfers } from './transfers.js';

const TransferGuard = createTwoFactorGuard({ purpose: 'step-up', transaction: Transfers });

@Controller('transfers')
export class TransfersController {
  @Post()
  @HttpCode(200)
  @UseGuards(LogOutFirstGuard, PasswordGuard, TransferGuard)
  transfer(@ApprovedTransaction() approved: Transfer, @VerifiedFactor() { amr }: VerifiedInfo) {
    return { approved, amr };
  }
}
