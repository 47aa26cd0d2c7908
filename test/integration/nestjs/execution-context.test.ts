import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  HttpCode,
  HttpException,
  Logger,
  Post,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import type { Request } from 'express';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createStepUpGuard,
  createTwoFactorGuard,
  RequireSecondFactor,
} from '../../../lib/nestjs/index.js';
import { newestCode } from '../../fixtures/emulator.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { startNest } from './app.js';
import { loginWith } from './login.js';

beforeAll(() => Logger.overrideLogger(false));

/** A request that passes every guard. A client can send the same as a payload. */
const forged = () => ({
  user: { id: 1 },
  session: {
    passport: { user: 1 },
    'two-factor-verified': { realm: 'users', userId: 1, at: Date.now() },
  },
});

function contextOf(type: string, ...args: unknown[]): ExecutionContext {
  const context = new ExecutionContextHost(args);
  context.setType(type);
  return context;
}

/** The guard that the decorator adds to a handler. */
function decorated(options: Parameters<typeof RequireSecondFactor>[0] = {}): Type<CanActivate> {
  class Controller {
    @RequireSecondFactor(options)
    handler() {}
  }
  const [guard] = Reflect.getMetadata('__guards__', Controller.prototype.handler);
  return guard;
}

const guards: readonly (readonly [string, () => Type<CanActivate>])[] = [
  ['createTwoFactorGuard', () => createTwoFactorGuard({ purpose: 'step-up' })],
  ['createStepUpGuard', () => createStepUpGuard()],
  ['RequireSecondFactor', () => decorated()],
];

const table = guards.flatMap(([name, guard]) =>
  ['rpc', 'ws', 'graphql'].map((type) => [name, type, guard] as const),
);

describe('A46: in a context that is not HTTP', () => {
  it.each(table)(
    '%s refuses a payload that contains a user and a second factor, in the type %s',
    async (_name, type, guard) => {
      const instance = new (guard())();
      const error = await thrownBy(HttpException, () =>
        instance.canActivate(contextOf(type, forged(), forged())),
      );
      expect(error.getResponse()).toMatchObject({ code: 'option_invalid' });
      expect(String(error.cause)).toContain('getRequest');
    },
  );

  const fromArguments = (context: ExecutionContext) => Object(context.getArgByIndex(2)).req;
  const graphql = (req: unknown) => contextOf('graphql', forged(), forged(), { req });

  class Extended extends createStepUpGuard() {
    override getRequest = fromArguments;
  }

  it.each([
    ['an override', () => Extended],
    ['an option', () => createStepUpGuard({ getRequest: fromArguments })],
    ['an option of the decorator', () => decorated({ getRequest: fromArguments })],
  ])('a guard checks the request that getRequest returns, from %s', async (_way, guard) => {
    const instance = new (guard())();
    expect(await instance.canActivate(graphql(forged()))).toBe(true);
    const stranger = { ...forged(), user: { id: 2 } };
    const refused = await thrownBy(HttpException, () => instance.canActivate(graphql(stranger)));
    expect(refused.getStatus()).toBe(401);
    const lost = await thrownBy(HttpException, () => instance.canActivate(graphql(undefined)));
    expect(lost.getResponse()).toMatchObject({ code: 'option_invalid' });
  });

  it('createTwoFactorGuard refuses a getRequest that returns no request', async () => {
    class StepUp extends createTwoFactorGuard({ purpose: 'step-up' }) {
      override getRequest(context: ExecutionContext) {
        return fromArguments(context);
      }
    }
    const lost = await thrownBy(HttpException, () => new StepUp().canActivate(graphql(undefined)));
    expect(lost.getResponse()).toMatchObject({ code: 'option_invalid' });
  });
});

describe('createTwoFactorGuard', () => {
  it('refuses a getResponse that returns a promise', async () => {
    class Late extends createTwoFactorGuard({ purpose: 'step-up' }) {
      async getResponse() {}
    }
    const context = contextOf('http', forged());
    const error = await thrownBy(HttpException, () => new Late().canActivate(context));
    expect(error.getResponse()).toMatchObject({ code: 'option_invalid' });
    expect(String(error.cause)).toContain('getResponse');
  });
});

const nonUsers = [undefined, null, false, 0, '', Number.NaN, 'alice'];

describe('A30: a request without a user', () => {
  it.each(
    [createStepUpGuard(), decorated({ verifiedAt: () => new Date() })].flatMap((guard) =>
      nonUsers.map((user) => [String(user), user, guard] as const),
    ),
  )('is refused by every guard: user %s', async (_user, user, guard) => {
    const context = contextOf('http', { ...forged(), user });
    const error = await thrownBy(HttpException, () => new guard().canActivate(context));
    expect(error.getResponse()).toMatchObject({ statusCode: 401, code: 'first_factor_required' });
  });
});

describe('F30: a guard that no user can ever pass', () => {
  it.each([
    ['user_unusable', { ...forged(), user: {} }],
    ['session_missing', { user: { id: 1 } }],
  ])('answers 500 with the code %s', async (code, request) => {
    const guard = new (createStepUpGuard())();
    const error = await thrownBy(HttpException, () =>
      guard.canActivate(contextOf('http', request)),
    );
    expect(error.getResponse()).toMatchObject({ statusCode: 500, code });
  });
});

describe('A42: the property that PassportModule names', () => {
  @Controller('by')
  class ByToken {
    @Post('guard')
    @HttpCode(200)
    @UseGuards(AuthGuard('local'), createStepUpGuard({ verifiedAt: () => new Date() }))
    guard() {}

    @Post('decorator')
    @HttpCode(200)
    @RequireSecondFactor({ verifiedAt: () => new Date() })
    @UseGuards(AuthGuard('local'))
    decorator() {}

    @Post('option')
    @HttpCode(200)
    @UseGuards(
      AuthGuard('local'),
      createStepUpGuard({ userProperty: 'elsewhere', verifiedAt: () => new Date() }),
    )
    option() {}

    @Post('step-up')
    @HttpCode(200)
    @UseGuards(AuthGuard('local'), createTwoFactorGuard({ purpose: 'step-up' }))
    stepUp(@Req() request: Request) {
      const { user, member, account } = Object(request);
      return { user, member, account };
    }
  }
  const start = () =>
    startNest({
      imports: [PassportModule.register({ property: 'member' })],
      controllers: [loginWith(), ByToken],
    });
  const password = { username: 'alice', password: 'right' };

  it('is where a login finds its user in both phases', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    expect((await alice.login().expect(401)).body.code).toBe('challenge_sent');
    await alice.enter(newestCode(emulator)).expect(200);
  });

  it('is where step-up guards find the user, unless they have a userProperty', async () => {
    const { browser } = await start();
    await browser().post('/by/guard', password).expect(200);
    await browser().post('/by/decorator', password).expect(200);
    const { body } = await browser().post('/by/option', password).expect(401);
    expect(body.code).toBe('first_factor_required');
  });

  it('is where a step-up finds the user, and keeps it beside request.account', async () => {
    const { browser, emulator } = await start();
    const alice = browser();
    await alice.post('/by/step-up', password).expect(401);
    const code = newestCode(emulator);
    const { body } = await alice.post('/by/step-up', { ...password, code }).expect(200);
    expect(body).toEqual({
      member: expect.objectContaining({ name: 'alice' }),
      account: expect.objectContaining({ name: 'alice' }),
    });
  });
});
