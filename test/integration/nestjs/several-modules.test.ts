import {
  Controller,
  type DynamicModule,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Post,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, ModicaProvider, TwoFactorStrategy } from '../../../lib/index.js';
import { english } from '../../../lib/message/english.js';
import { spanish } from '../../../lib/message/spanish.js';
import {
  createTwoFactorGuard,
  ModicaTwoFactorModule,
  RequireSecondFactor,
  TwoFactorGuard,
  TwoFactorModule,
} from '../../../lib/nestjs/index.js';
import { newestCode, startEmulator } from '../../fixtures/emulator.js';
import { listenTo, PasswordStrategy, UsersService } from './module-app.js';

const users = new UsersService();
const options = {
  state: 'client' as const,
  destination: () => '+64211111111',
  verify: ({ userId }: { userId: unknown }) => users.findOne(userId),
};

@Injectable()
class Directory {
  constructor(@Inject(UsersService) readonly users: UsersService) {}
}

/** A module of the app that imports these. */
function importing(...imports: DynamicModule[]): Type {
  class AuthModule {}
  Module({ imports })(AuthModule);
  return AuthModule;
}

describe('Two modules with a second factor end the start of the app', () => {
  const modica = (name: string, isGlobal: boolean) =>
    ModicaTwoFactorModule.forRoot({ ...options, username: 'u', password: 'p', name, isGlobal });

  it.each([
    ['both global', () => [modica('sms', true), modica('sms', true)]],
    ['one global', () => [modica('sms', true), importing(modica('sms', false))]],
    [
      'in two modules of the app',
      () => [importing(modica('sms', false)), importing(modica('sms', false))],
    ],
  ])('if they have the same name: %s', async (_where, imports) => {
    const start = listenTo({ imports: imports() });
    await expect(start).rejects.toBeInstanceOf(ConfigurationError);
    await expect(start).rejects.toMatchObject({
      code: 'option_invalid',
      message: expect.stringContaining('have a strategy named "sms"'),
    });
  });

  /** Two modules of the app that each re-export one with a second factor. */
  const reExporting = () =>
    ['staff', 'customers'].map((name) => {
      class AuthModule {}
      Module({ imports: [modica(name, false)], exports: [ModicaTwoFactorModule] })(AuthModule);
      return AuthModule;
    });

  it.each([
    ['a guard', { controllers: [routesAt('home').Routes] }],
    ['a guard of all routes', { providers: [{ provide: APP_GUARD, useClass: TwoFactorGuard }] }],
    ['a service', { providers: [routesAt('home').Support] }],
  ])('if both are re-exported to a module with %s', async (_what, parts) => {
    class HomeModule {}
    Module({ imports: reExporting(), ...parts })(HomeModule);
    const start = listenTo({ imports: [HomeModule] });
    await expect(start).rejects.toMatchObject({
      code: 'option_invalid',
      message: expect.stringMatching(/^HomeModule imports several .*: staff, customers\./),
    });
  });

  it.each([
    ['both are re-exported to a module that uses neither', () => ({ imports: reExporting() })],
    [
      'both are re-exported to a module whose service injects something else',
      () => ({ imports: reExporting(), providers: [UsersService, Directory] }),
    ],
    [
      'a module that uses neither imports one, and another re-exports the other to it',
      () => ({ imports: [modica('home', false), ...reExporting().slice(1)] }),
    ],
    [
      'a module with a guard imports one, and another keeps the other to itself',
      () => ({
        imports: [modica('home', false), importing(modica('staff', false))],
        controllers: [routesAt('home').Routes],
      }),
    ],
  ])('not if %s', async (_what, parts) => {
    class HomeModule {}
    Module(parts())(HomeModule);
    const { app } = await listenTo({
      imports: [HomeModule],
      providers: [{ provide: 'password', useFactory: () => new PasswordStrategy(users) }],
    });
    expect(app.get(TwoFactorStrategy, { each: true, strict: false })).toHaveLength(2);
  });

  it.each([
    ['both are global', () => [modica('staff', true), modica('customers', true)]],
    ['one is global', () => [modica('staff', true), modica('customers', false)]],
    ['a module imports both', () => [modica('staff', false), modica('customers', false)]],
  ])('if a guard could use either: %s', async (_which, imports) => {
    const start = listenTo({ imports: [importing(...imports())] });
    await expect(start).rejects.toBeInstanceOf(ConfigurationError);
    await expect(start).rejects.toMatchObject({
      code: 'option_invalid',
      message: expect.stringMatching(/imports several .*: staff, customers\./),
      hint: expect.stringContaining('isGlobal: false'),
    });
  });
});

describe('The result of one forRoot', () => {
  it('may be imported by several modules of the app, and is one module', async () => {
    const { account } = await startEmulator();
    const shared = ModicaTwoFactorModule.forRoot({ ...options, ...account });
    const { app } = await listenTo({ imports: [importing(shared), importing(shared)] });
    expect(app.get(TwoFactorStrategy, { each: true, strict: false })).toHaveLength(1);
  });
});

/** Routes and a service that do not say which strategy they use. */
function routesAt(path: string) {
  @Controller(path)
  class Routes {
    @Post('login')
    @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
    login() {}

    @Post('login/code')
    @HttpCode(200)
    @UseGuards(createTwoFactorGuard({ phase: 'response' }))
    code() {}

    @Post('fresh')
    @RequireSecondFactor({ verifiedAt: () => null })
    fresh() {}
  }

  @Injectable()
  class Support {
    constructor(@Inject(TwoFactorStrategy) readonly secondFactor: TwoFactorStrategy) {}
  }
  return { Routes, Support };
}

describe('Two modules that are not global', () => {
  async function start() {
    const emulator = await startEmulator();
    const notGlobal = { ...options, isGlobal: false };
    const staff = routesAt('staff');
    const customers = routesAt('customers');

    @Module({
      imports: [
        ModicaTwoFactorModule.forRoot({ ...notGlobal, ...emulator.account, name: 'staff' }),
      ],
      controllers: [staff.Routes],
      providers: [staff.Support],
    })
    class StaffModule {}

    @Module({
      imports: [
        TwoFactorModule.forRootAsync({
          isGlobal: false,
          useFactory: () => ({
            ...options,
            provider: new ModicaProvider(emulator.account),
            name: 'customers',
            locale: 'es',
          }),
        }),
      ],
      controllers: [customers.Routes],
      providers: [customers.Support],
    })
    class CustomersModule {}

    const { app, agent } = await listenTo({
      imports: [StaffModule, CustomersModule],
      providers: [{ provide: 'password', useFactory: () => new PasswordStrategy(users) }],
    });
    const post = (path: string, body: object = {}) => agent.post(path).send(body);
    return { app, post, emulator, staff, customers };
  }

  it('serve the guards of the modules that import them, and no code of one logs in at the other', async () => {
    const { post, emulator } = await start();
    for (const [own, other] of [
      ['/staff', '/customers'],
      ['/customers', '/staff'],
    ]) {
      const { body } = await post(`${own}/login`, { username: 'alice', password: 'right' });
      const answer = { challenge: body.challenge.id, code: newestCode(emulator) };
      await post(`${other}/login/code`, answer).expect(401);
      await post(`${own}/login/code`, answer).expect(200);
    }
    const messages = [english, spanish].map(({ refusals }) => refusals.first_factor_required);
    expect((await post('/staff/fresh').expect(401)).body.message).toBe(messages[0]);
    expect((await post('/customers/fresh').expect(401)).body.message).toBe(messages[1]);
  });

  it('are injected into the services of the modules that import them', async () => {
    const { app, staff, customers } = await start();
    expect(app.get(staff.Support).secondFactor.name).toBe('staff');
    expect(app.get(customers.Support).secondFactor.name).toBe('customers');
  });
});
