import {
  type CanActivate,
  type ExecutionContext,
  HttpException,
  Logger,
  type Type,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createStepUpGuard,
  createTwoFactorGuard,
  RequireSecondFactor,
} from '../../../lib/nestjs/index.js';
import { thrownBy } from '../../fixtures/thrown.js';

beforeAll(() => Logger.overrideLogger(false));

/** What passes every guard as a request, and what a client can send as a message. */
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

/** The guard that the decorator puts on a handler. */
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
    '%s refuses a payload with a user and a mark in it: %s',
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
  ])('a guard asks the request that getRequest gives: %s', async (_way, guard) => {
    const instance = new (guard())();
    expect(await instance.canActivate(graphql(forged()))).toBe(true);
    const stranger = { ...forged(), user: { id: 2 } };
    const refused = await thrownBy(HttpException, () => instance.canActivate(graphql(stranger)));
    expect(refused.getStatus()).toBe(401);
    const lost = await thrownBy(HttpException, () => instance.canActivate(graphql(undefined)));
    expect(lost.getResponse()).toMatchObject({ code: 'option_invalid' });
  });

  it('the guard of the strategy runs for the request that its getRequest gives', async () => {
    class StepUp extends createTwoFactorGuard({ purpose: 'step-up' }) {
      override getRequest(context: ExecutionContext) {
        return fromArguments(context);
      }
    }
    const lost = await thrownBy(HttpException, () => new StepUp().canActivate(graphql(undefined)));
    expect(lost.getResponse()).toMatchObject({ code: 'option_invalid' });
  });
});

const nobodies = [undefined, null, false, 0, '', Number.NaN, 'alice'];

describe('A30: an anonymous request', () => {
  it.each(
    [createStepUpGuard(), decorated({ verifiedAt: () => new Date() })].flatMap((guard) =>
      nobodies.map((nobody) => [String(nobody), nobody, guard] as const),
    ),
  )('passes no guard: %s', async (_nobody, user, guard) => {
    const context = contextOf('http', { ...forged(), user });
    const error = await thrownBy(HttpException, () => new guard().canActivate(context));
    expect(error.getResponse()).toMatchObject({ statusCode: 401, code: 'first_factor_required' });
  });
});

describe('F30: a guard that no user can ever pass', () => {
  it.each([
    ['user_unusable', { ...forged(), user: {} }],
    ['session_missing', { user: { id: 1 } }],
  ])('is a fault with its code: %s', async (code, request) => {
    const guard = new (createStepUpGuard())();
    const error = await thrownBy(HttpException, () =>
      guard.canActivate(contextOf('http', request)),
    );
    expect(error.getResponse()).toMatchObject({ statusCode: 500, code });
  });
});
