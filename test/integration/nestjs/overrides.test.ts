import { Controller, HttpCode, Inject, Injectable, Post, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ModicaTwoFactorStrategy, type VerifiedInfo } from '../../../lib/index.js';
import {
  createTwoFactorGuard,
  ModicaTwoFactorModule,
  VerifiedFactor,
} from '../../../lib/nestjs/index.js';
import { startEmulator } from '../../fixtures/emulator.js';
import { PasswordStrategy, UsersService } from './module-app.js';

const CodeGuard = createTwoFactorGuard();

@Injectable()
class Support {
  constructor(
    @Inject(ModicaTwoFactorStrategy) private readonly secondFactor: ModicaTwoFactorStrategy,
  ) {}

  unlock = (id: number) => this.secondFactor.unlock(id);
}

@Controller()
class Guarded {
  @Post('login')
  @HttpCode(200)
  @UseGuards(AuthGuard('local'), CodeGuard)
  login() {
    return { done: true };
  }

  @Post('info')
  @UseGuards(CodeGuard)
  info(@VerifiedFactor() info: VerifiedInfo) {
    return info;
  }
}

async function testing() {
  const { account } = await startEmulator();
  const users = new UsersService();
  new PasswordStrategy(users);
  return Test.createTestingModule({
    imports: [
      ModicaTwoFactorModule.forRoot({
        ...account,
        state: 'client',
        destination: () => '+64211111111',
        verify: ({ userId }) => users.findOne(userId),
      }),
    ],
    controllers: [Guarded],
    providers: [Support],
  }).setLogger({ log: () => {}, warn: () => {}, error: () => {} });
}

async function start(builder: Awaited<ReturnType<typeof testing>>) {
  const module = await builder.compile();
  const app = module.createNestApplication();
  onTestFinished(() => app.close());
  await app.init();
  const post = (path: string) =>
    request(app.getHttpServer()).post(path).send({ username: 'alice', password: 'right' });
  return { app, post };
}

describe('A test of an app', () => {
  it('can override a guard by its class', async () => {
    const { post } = await start(
      (await testing()).overrideGuard(CodeGuard).useValue({ canActivate: () => true }),
    );
    await post('/login').expect(200, { done: true });
  });

  it('reads no verified factor behind an overridden guard', async () => {
    const { post } = await start(
      (await testing()).overrideGuard(CodeGuard).useValue({ canActivate: () => true }),
    );
    expect((await post('/info').expect(500)).body.code).toBe('info_unknown');
  });

  it('can override the strategy for the services that inject it, and no login is complete', async () => {
    const unlock = vi.fn();
    const { app, post } = await start(
      (await testing()).overrideProvider(ModicaTwoFactorStrategy).useValue({ unlock }),
    );
    await app.get(Support).unlock(1);
    expect(unlock).toHaveBeenCalledWith(1);
    await post('/login').expect(500);
  });
});
