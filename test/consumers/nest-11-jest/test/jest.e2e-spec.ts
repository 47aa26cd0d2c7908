import { Controller, HttpCode, Module, Post, UseGuards, ValidationPipe } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { IsNumber, IsString } from 'class-validator';
import {
  ApprovedTransaction,
  createTwoFactorGuard,
  TwoFactorBody,
} from 'passport-modica-2fa/nestjs';
import { type Transfer, Transfers } from '../src/auth/transfers';
import { TokensModule } from '../src/tokens/tokens.module';
import { alice, bob, emulator, newestCode, onExpress, onFastify, start, testing } from './start';

class TransferBody extends TwoFactorBody {
  @IsString() to!: string;
  @IsNumber() amount!: number;
}

const body = new ValidationPipe({
  expectedType: TransferBody,
  whitelist: true,
  forbidNonWhitelisted: true,
});

@Controller('checked')
class CheckedController {
  @Post()
  @HttpCode(200)
  @UseGuards(
    AuthGuard('access'),
    createTwoFactorGuard({ purpose: 'step-up', transaction: Transfers, body }),
  )
  transfer(@ApprovedTransaction() approved: Transfer) {
    return approved;
  }
}

@Module({ imports: [TokensModule], controllers: [CheckedController], providers: [Transfers] })
class CheckedModule {}

describe.each([
  ['Express', onExpress()],
  ['Fastify', onFastify()],
])('Jest, with an app on %s', (_adapter, create) => {
  it('gives the library the class-validator that the test file has', async () => {
    const { post } = await start(testing(CheckedModule), create);
    const { token } = (await post('/login', bob)).body;
    const messages = emulator.messages.length;
    const transfer = { to: 'Bakery', amount: 5 };
    await post('/checked', { ...transfer, admin: true }, token).expect(400);
    expect(emulator.messages).toHaveLength(messages);
    const asked = await post('/checked', transfer, token).expect(401);
    const answer = { challenge: asked.body.challenge.id, code: newestCode() };
    await post('/checked', { ...transfer, ...answer }, token).expect(200, transfer);
  });

  describe('and fake timers', () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
    afterEach(() => jest.useRealTimers());

    it('expires codes and second factors', async () => {
      const { get, post } = await start(testing(TokensModule), create);
      const late = (await post('/login', alice)).body.challenge.id;
      jest.setSystemTime(Date.now() + 301_000);
      const expired = await post('/login/code', { challenge: late, code: newestCode() });
      expect([expired.status, expired.body.code]).toEqual([401, 'challenge_not_found']);
      const challenge = (await post('/login', alice)).body.challenge.id;
      const { token } = (await post('/login/code', { challenge, code: newestCode() })).body;
      await get('/account', token).expect(200, { name: 'alice' });
      jest.setSystemTime(Date.now() + 301_000);
      expect((await get('/account', token).expect(401)).body.code).toBe('second_factor_required');
    });
  });
});
