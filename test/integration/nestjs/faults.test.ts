import { Controller, Post, UseFilters, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { describe, expect, it } from 'vitest';
import type { VerifiedInfo } from '../../../lib/index.js';
import {
  createRedirectFilter,
  createTwoFactorGuard,
  RequireSecondFactor,
  TwoFactorGuard,
  VerifiedFactor,
} from '../../../lib/nestjs/index.js';
import { startWithModule } from './module-app.js';

@Controller()
class Faulty {
  @Post('guard')
  @UseGuards(AuthGuard('local'), createTwoFactorGuard({ session: true }))
  guard() {}

  @Post('two-guards')
  @UseGuards(AuthGuard('local'), createTwoFactorGuard({ session: true }), TwoFactorGuard)
  twoGuards() {}

  @Post('step-up')
  @RequireSecondFactor()
  @UseGuards(AuthGuard('local'))
  stepUp() {}

  @Post('parameter')
  @UseGuards(AuthGuard('local'))
  parameter(@VerifiedFactor() info: VerifiedInfo) {
    return info;
  }

  @Post('filter')
  @UseGuards(AuthGuard('local'), createTwoFactorGuard({ session: true }))
  @UseFilters(createRedirectFilter(() => '/'))
  filter() {}
}

describe('A fault', () => {
  it.each([
    ['guard', 'session_missing'],
    ['two-guards', 'session_missing'],
    ['step-up', 'session_missing'],
    ['parameter', 'info_unknown'],
    ['filter', 'session_missing'],
  ])(
    'is logged once, by code and with its hint, and answered with the code: %s',
    async (path, code) => {
      const { post, logged } = await startWithModule({ controllers: [Faulty] });
      const { body } = await post(`/${path}`, { username: 'alice', password: 'right' })
        .set('Accept', 'text/html')
        .expect(500);
      expect(body).toEqual({
        statusCode: 500,
        code,
        message: 'We cannot send or check codes right now.',
      });
      expect(logged).toEqual([
        expect.objectContaining({ code, hint: expect.stringMatching(/\.$/) }),
      ]);
    },
  );
});
