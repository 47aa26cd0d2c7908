import {
  type ArgumentMetadata,
  BadRequestException,
  Controller,
  HttpCode,
  Inject,
  Injectable,
  Module,
  type PipeTransform,
  Post,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { IsIn, IsNumber, IsString, MaxLength } from 'class-validator';
import type { Request } from 'express';
import { Strategy as LocalStrategy } from 'passport-local';
import { describe, expect, it } from 'vitest';
import type { Transaction, VerifiedInfo } from '../../../lib/index.js';
import {
  ApprovedTransaction,
  createTwoFactorGuard,
  type TransactionSource,
  TwoFactorBody,
  VerifiedFactor,
} from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { startWithModule } from './module-app.js';

class TransferBody extends TwoFactorBody {
  to!: string;
  amount!: number;
}
IsString()(TransferBody.prototype, 'to');
MaxLength(20)(TransferBody.prototype, 'to');
IsNumber()(TransferBody.prototype, 'amount');
IsString()(TransferBody.prototype, 'username');
IsIn(['right'])(TransferBody.prototype, 'password');

const body = new ValidationPipe({
  expectedType: TransferBody,
  whitelist: true,
  forbidNonWhitelisted: true,
});

class Limits {
  readonly most = 1000;
}

/** A provider of the app with a dependency of its own. */
class Transfers implements TransactionSource {
  calls = 0;

  constructor(private readonly limits: Limits) {}

  transactionOf({ body: { to, amount } }: Request): Transaction {
    this.calls += 1;
    if (amount > this.limits.most) throw new BadRequestException('Too much.');
    return { to, amount };
  }
}
Inject(Limits)(Transfers, undefined, 0);
Injectable()(Transfers);

@Controller()
class TransferController {
  @Post('transfers')
  @HttpCode(200)
  @UseGuards(
    AuthGuard('local'),
    createTwoFactorGuard({ purpose: 'step-up', transaction: Transfers, body }),
  )
  transfer(
    @ApprovedTransaction() approved: Transaction,
    @VerifiedFactor() { method, amr }: VerifiedInfo,
  ) {
    return { approved, method, amr };
  }

  @Post('unguarded')
  @UseGuards(AuthGuard('local'))
  unguarded(@VerifiedFactor() info: VerifiedInfo) {
    return info;
  }

  @Post('step-up')
  @HttpCode(200)
  @UseGuards(AuthGuard('local'), createTwoFactorGuard({ purpose: 'step-up' }))
  stepUp(@ApprovedTransaction() approved: Transaction) {
    return { approved };
  }

  @Post('enrol')
  @HttpCode(200)
  @UseGuards(
    AuthGuard('local'),
    createTwoFactorGuard({
      purpose: 'enrol',
      destination: ({ body: { to } }) => to,
      body: { transform: refuseShort } satisfies PipeTransform,
    }),
  )
  enrol(@VerifiedFactor() { destination }: VerifiedInfo<'enrol'>) {
    return { destination };
  }
}

function refuseShort({ to }: { to: string }, { type }: ArgumentMetadata): void {
  if (type !== 'body' || to.length < 5) throw new BadRequestException('Too short.');
}

const start = () =>
  startWithModule({ controllers: [TransferController], providers: [Limits, Transfers] });

const withHint = (hint: string) => expect.objectContaining({ hint: expect.stringContaining(hint) });

const alice = { username: 'alice', password: 'right' };
const transfer = { ...alice, to: 'Bakery', amount: 12.5 };

describe('A transaction from a provider of the app', () => {
  it('is approved by its code, and injected into the handler', async () => {
    const { post, emulator } = await start();
    const asked = await post('/transfers', transfer).expect(401);
    expect(emulator.messages.at(-1)?.text).toContain('"Bakery"');
    const challenge = asked.body.challenge.id;
    const code = newestCode(emulator);
    const { body } = await post('/transfers', { ...transfer, challenge, code }).expect(200);
    expect(body).toEqual({
      approved: { to: 'Bakery', amount: 12.5 },
      method: 'sms',
      amr: ['mfa', 'sms'],
    });
  });

  it('is found in a module that the one of the route does not import', async () => {
    @Module({ providers: [Limits, Transfers] })
    class Payments {}

    const { post, emulator } = await startWithModule({
      controllers: [TransferController],
      imports: [Payments],
    });
    await post('/transfers', transfer).expect(401);
    expect(emulator.messages.at(-1)?.text).toContain('"Bakery"');
  });

  it.each([
    ['a field of another type', { ...transfer, amount: '12.5' }],
    ['a field that is too long', { ...transfer, to: 'x'.repeat(21) }],
    ['a missing field', alice],
    ['an unknown field', { ...transfer, admin: true }],
    ['what its provider refuses', { ...transfer, amount: 1001 }],
  ])('A48: is a 400 that costs no message, with %s', async (_what, sent) => {
    const { post, emulator } = await start();
    await post('/transfers', sent).expect(400);
    expect(emulator.messages).toHaveLength(0);
  });

  it('A48: is not read from a body that the pipe refuses', async () => {
    const { post, app } = await start();
    await post('/transfers', { ...transfer, amount: '12.5' }).expect(400);
    expect(app.get(Transfers).calls).toBe(0);
  });

  it('is an error that says how to fix it where the class is no provider', async () => {
    const { post, emulator, logged } = await startWithModule({ controllers: [TransferController] });
    const { body } = await post('/transfers', transfer).expect(500);
    expect(body.code).toBe('option_invalid');
    expect(logged).toEqual([withHint('providers: [Transfers]')]);
    expect(emulator.messages).toHaveLength(0);
  });

  it('is an error that says how to fix it in a guard that Nest did not construct', async () => {
    const Guard = createTwoFactorGuard({ purpose: 'step-up', transaction: Transfers });

    @Controller()
    class ByHand {
      @Post('by-hand')
      @UseGuards(AuthGuard('local'), new Guard())
      byHand() {}
    }
    const { post, logged } = await startWithModule({ controllers: [ByHand] });
    const { body } = await post('/by-hand', transfer).expect(500);
    expect(body.code).toBe('option_invalid');
    expect(logged).toEqual([withHint('class of the guard to @UseGuards')]);
  });
});

describe('The body of an enrolment', () => {
  it('A48: is checked before anything is sent', async () => {
    const { post, emulator } = await start();
    await post('/enrol', { ...alice, to: '+64' }).expect(400);
    expect(emulator.messages).toHaveLength(0);
    const { body } = await post('/enrol', { ...alice, to: '+64213333333' }).expect(401);
    const answer = { challenge: body.challenge.id, code: newestCode(emulator) };
    const enrolled = await post('/enrol', { ...alice, ...answer, to: '+64213333333' }).expect(200);
    expect(enrolled.body).toEqual({ destination: '+64213333333' });
  });
});

describe('A parameter of a handler', () => {
  it('@VerifiedFactor is an error on a route without a two-factor guard', async () => {
    const { post } = await start();
    const { body } = await post('/unguarded', alice).expect(500);
    expect(body).toMatchObject({ statusCode: 500, code: 'info_unknown' });
  });

  it('is an error on a route whose own strategy returns the info of an earlier request', async () => {
    const login: { info?: VerifiedInfo } = {};
    class TokenStrategy extends PassportStrategy(LocalStrategy, 'token') {
      validate() {
        return [{ id: 1 }, login.info];
      }
    }
    new TokenStrategy();

    @Controller()
    class Replay {
      @Post('transfers')
      @HttpCode(200)
      @UseGuards(
        AuthGuard('local'),
        createTwoFactorGuard({ purpose: 'step-up', transaction: () => 'Pay the bakery' }),
      )
      transfer(@VerifiedFactor() info: VerifiedInfo) {
        login.info = info;
      }

      @Post('again')
      @UseGuards(AuthGuard('token'))
      again(@ApprovedTransaction() approved: Transaction) {
        return { approved };
      }
    }
    const { post, emulator } = await startWithModule({ controllers: [Replay] });
    const asked = await post('/transfers', alice).expect(401);
    const answer = { challenge: asked.body.challenge.id, code: newestCode(emulator) };
    await post('/transfers', { ...alice, ...answer }).expect(200);
    const { body } = await post('/again', alice).expect(500);
    expect(body.code).toBe('info_unknown');
  });

  it('@ApprovedTransaction is an error where a code has approved none', async () => {
    const { post, emulator } = await start();
    const asked = await post('/step-up', alice).expect(401);
    const answer = { challenge: asked.body.challenge.id, code: newestCode(emulator) };
    const { body } = await post('/step-up', { ...alice, ...answer }).expect(500);
    expect(body.code).toBe('info_unknown');
  });
});
