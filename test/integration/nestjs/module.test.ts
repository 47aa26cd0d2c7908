import { Controller, HttpCode, Inject, Injectable, Module, Post, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import passport from 'passport';
import { describe, expect, it } from 'vitest';
import {
  inMemory,
  ModicaProvider,
  ModicaTwoFactorStrategy,
  TwoFactorStrategy,
} from '../../../lib/index.js';
import { spanish } from '../../../lib/message/spanish.js';
import {
  createTwoFactorGuard,
  ModicaTwoFactorModule,
  RequireSecondFactor,
  TwoFactorModule,
} from '../../../lib/nestjs/index.js';
import { newestCode, startEmulator } from '../../fixtures/emulator.js';
import {
  type AppUser,
  listenTo,
  PasswordStrategy,
  startWithModule,
  UsersService,
} from './module-app.js';

@Controller()
class LoginController {
  @Post('login')
  @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
  login() {}

  @Post('login/code')
  @HttpCode(200)
  @UseGuards(createTwoFactorGuard({ phase: 'response' }))
  code() {
    return { done: true };
  }
}

const alice: AppUser = { id: 1, name: 'alice', mobile: '+64211111111' };

/** What Passport has under the name of the strategy. */
const registered = () => Reflect.get(Object(Reflect.get(passport, '_strategies')), 'modica-2fa');

describe('ModicaTwoFactorModule', () => {
  it('makes a login of two factors with the services of the app', async () => {
    const { login, post, emulator } = await startWithModule({ controllers: [LoginController] });
    const challenge = await login();
    await post('/login/code', { challenge, code: '000000' }).expect(401);
    await post('/login/code', { challenge, code: newestCode(emulator) }).expect(200);
  });

  it.each([
    ['a user that is returned at once', alice, 200],
    ['no user that is returned at once', undefined, 401],
  ])('takes from verify %s', async (_what, user, status) => {
    const { login, post, emulator } = await startWithModule(
      { controllers: [LoginController] },
      { verify: () => user },
    );
    const challenge = await login();
    await post('/login/code', { challenge, code: newestCode(emulator) }).expect(status);
  });

  it('provides the strategy under its class and under TwoFactorStrategy', async () => {
    const { app } = await startWithModule({});
    const strategy = app.get(ModicaTwoFactorStrategy);
    expect(strategy).toBeInstanceOf(ModicaTwoFactorStrategy);
    expect(app.get(TwoFactorStrategy)).toBe(strategy);
  });

  it('injects the strategy into a service, for support', async () => {
    @Injectable()
    class Support {
      constructor(
        @Inject(ModicaTwoFactorStrategy) private readonly secondFactor: ModicaTwoFactorStrategy,
      ) {}

      unlock = (id: number) => this.secondFactor.unlock(id);
    }
    const limits = { failuresPerUser: 1 };
    const { app, login, post, emulator } = await startWithModule(
      { controllers: [LoginController], providers: [Support] },
      { limits },
    );
    const challenge = await login();
    await post('/login/code', { challenge, code: '000000' }).expect(401);
    const code = newestCode(emulator);
    const { body } = await post('/login/code', { challenge, code }).expect(429);
    expect(body.code).toBe('user_locked');
    await app.get(Support).unlock(1);
    await post('/login/code', { challenge, code }).expect(200);
  });

  it('passes the guards its name, realm, userId, locale and messages', async () => {
    @Controller()
    class Account {
      @Post('guarded')
      @UseGuards(AuthGuard('local'))
      first() {}

      @Post('fresh')
      @RequireSecondFactor({ maxAge: 300, verifiedAt: () => null })
      fresh() {}
    }
    const { login, post, emulator } = await startWithModule(
      { controllers: [LoginController, Account] },
      {
        name: 'sms',
        realm: 'staff',
        locale: 'es',
        messages: { es: { first_factor_required: 'Identifíquese primero.' } },
      },
    );
    const challenge = await login();
    const { body } = await post('/login/code', { challenge, code: '000000' }).expect(401);
    expect(body.message).toMatch(/^El código es incorrecto/);
    await post('/login/code', { challenge, code: newestCode(emulator) }).expect(200);
    const refused = await post('/fresh').expect(401);
    expect(refused.body.message).toBe('Identifíquese primero.');
  });

  it('passes the step-up guards its verifiedAt, which a route may replace', async () => {
    @Controller()
    class Account {
      @Post('fresh')
      @HttpCode(200)
      @RequireSecondFactor({ maxAge: 300 })
      @UseGuards(AuthGuard('local'))
      fresh() {}

      @Post('other')
      @RequireSecondFactor({ maxAge: 300, verifiedAt: () => null })
      @UseGuards(AuthGuard('local'))
      other() {}
    }
    const { post } = await startWithModule(
      { controllers: [Account] },
      { verifiedAt: ({ body }) => (body.fresh ? new Date() : null) },
    );
    const alice = { username: 'alice', password: 'right' };
    await post('/fresh', { ...alice, fresh: true }).expect(200);
    expect((await post('/fresh', alice).expect(401)).body.code).toBe('second_factor_required');
    await post('/other', { ...alice, fresh: true }).expect(401);
  });

  it('keeps its locale for a guard whose own is undefined', async () => {
    @Controller()
    class Account {
      @Post('fresh')
      @RequireSecondFactor({ locale: undefined, verifiedAt: () => null })
      fresh() {}
    }
    const { post } = await startWithModule({ controllers: [Account] }, { locale: 'es' });
    const { body } = await post('/fresh').expect(401);
    expect(body.message).toBe(spanish.refusals.first_factor_required);
  });

  it('takes options at once with forRoot', async () => {
    const emulator = await startEmulator();
    const { app } = await listenTo({
      imports: [
        ModicaTwoFactorModule.forRoot({
          ...emulator.account,
          destination: () => '+64211111111',
          verify: async () => undefined,
        }),
      ],
    });
    expect(app.get(ModicaTwoFactorStrategy).name).toBe('modica-2fa');
  });

  it.each([
    ['no options', () => undefined, /must be an object/],
    [
      'no verify',
      (good: object) => ({ ...good, verify: undefined }),
      /"verify" must be a function/,
    ],
    [
      'a misspelt option',
      (good: object) => ({ ...good, alowedPrefixes: ['+64'] }),
      /Did you mean "allowedPrefixes"\?/,
    ],
    ['a missing credential', (good: object) => ({ ...good, username: undefined }), /"username"/],
  ])('ends the start of the app for %s, and names the option', async (_what, change, message) => {
    const { account } = await startEmulator();
    const good = { ...account, destination: () => null, verify: async () => undefined };
    const useFactory = () => change(good);
    const start = listenTo({
      imports: [
        Reflect.apply(ModicaTwoFactorModule.forRootAsync, ModicaTwoFactorModule, [{ useFactory }]),
      ],
    });
    await expect(start).rejects.toThrow(message);
  });

  it('takes options from the method createTwoFactorOptions of a class', async () => {
    const { account } = await startEmulator();
    class Options {
      createTwoFactorOptions() {
        return { ...account, destination: () => null, verify: async () => undefined, name: 'sms' };
      }
    }
    const { app } = await listenTo({
      imports: [ModicaTwoFactorModule.forRootAsync({ useClass: Options })],
    });
    expect(app.get(TwoFactorStrategy).name).toBe('sms');
  });

  it('is global by default: another module injects its strategy', async () => {
    @Injectable()
    class Support {
      constructor(@Inject(TwoFactorStrategy) readonly secondFactor: TwoFactorStrategy) {}
    }
    @Module({ providers: [Support] })
    class SupportModule {}

    const { app } = await startWithModule({ imports: [SupportModule] });
    expect(app.get(Support, { strict: false }).secondFactor.name).toBe('modica-2fa');
  });

  it('gives each app a memory of its own: no challenge of one is found by another', async () => {
    const first = await startWithModule({ controllers: [LoginController] });
    const challenge = await first.login();
    const second = await startWithModule({ controllers: [LoginController] });
    const { body } = await second
      .post('/login/code', { challenge, code: newestCode(first.emulator) })
      .expect(401);
    expect(body.code).toBe('challenge_not_found');
  });

  it("keeps its challenges in the app's storage, where the next process finds them", async () => {
    const storage = inMemory();
    const first = await startWithModule({ controllers: [LoginController] }, storage);
    const challenge = await first.login();
    await first.app.close();
    const next = await startWithModule(
      { controllers: [LoginController] },
      { ...storage, ...first.emulator.account },
    );
    const code = newestCode(first.emulator);
    await next.post('/login/code', { challenge, code }).expect(200);
  });

  it.each(['store', 'limiter'] as const)(
    'does not start with a %s alone, and puts no other storage beside it',
    async (part) => {
      await expect(startWithModule({}, { [part]: inMemory()[part] })).rejects.toMatchObject({
        code: 'option_invalid',
      });
    },
  );

  it('logs no user of another app in, whose strategy has replaced its own under the same name', async () => {
    const first = await startWithModule({ controllers: [LoginController] });
    const second = await startWithModule({ controllers: [LoginController] });
    const challenge = await second.login();
    const answer = { challenge, code: newestCode(second.emulator) };
    const { body } = await first.post('/login/code', answer).expect(500);
    expect(body.code).toBe('option_invalid');
    expect(String(second.logged)).toContain('Another strategy "modica-2fa" has replaced');
    await second.post('/login/code', answer).expect(200);
  });

  it('runs beside another app whose strategy has another name', async () => {
    const first = await startWithModule({ controllers: [LoginController] });
    const second = await startWithModule({ controllers: [LoginController] }, { name: 'staff' });
    for (const { login, post, emulator } of [first, second]) {
      const challenge = await login();
      await post('/login/code', { challenge, code: newestCode(emulator) }).expect(200);
    }
  });

  it('unregisters the strategy when the app closes, and no strategy of a later app', async () => {
    const first = await startWithModule({});
    const second = await startWithModule({});
    const strategy = second.app.get(ModicaTwoFactorStrategy);
    await first.app.close();
    expect(registered()).toBe(strategy);
    await second.app.close();
    expect(registered()).toBeUndefined();
  });
});

describe('TwoFactorModule', () => {
  it('is the same for any provider', async () => {
    const emulator = await startEmulator();
    const users = new UsersService();
    const { app, agent } = await listenTo({
      imports: [
        TwoFactorModule.forRoot({
          provider: new ModicaProvider(emulator.account),
          ...inMemory(),
          state: 'client',
          destination: (user: AppUser) => user.mobile,
          verify: ({ userId }) => users.findOne(userId),
        }),
      ],
      controllers: [LoginController],
      providers: [{ provide: 'password', useFactory: () => new PasswordStrategy(users) }],
    });
    expect(app.get(TwoFactorStrategy)).toBeInstanceOf(TwoFactorStrategy);
    const asked = await agent.post('/login').send({ username: 'alice', password: 'right' });
    const answer = { challenge: asked.body.challenge.id, code: newestCode(emulator) };
    await agent.post('/login/code').send(answer).expect(200);
    await app.close();
    expect(registered()).toBeUndefined();
  });
});
