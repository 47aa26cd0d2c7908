import { Test } from '@nestjs/testing';
import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { TwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { onRedis } from 'passport-modica-2fa/redis';
import { storageConformance } from 'passport-modica-2fa/testing';
import request from 'supertest';
import { AppModule } from './app.module';
import { SecondFactor } from './second-factor.strategy';

// Jest as the generator sets it up: no flags, nothing to transform or to map.
describe('AppModule', () => {
  it('provides the strategy', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const strategy = module.get(SecondFactor);
    expect(strategy).toBeInstanceOf(ModicaTwoFactorStrategy);
    expect(strategy.name).toBe('modica-2fa');
  });

  it('says at each login which flag of Jest is missing, and never that a code was sent', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const app = module.createNestApplication({ logger: false });
    await app.init();
    for (const _login of [1, 2]) {
      const answer = await request(app.getHttpServer())
        .post('/login')
        .send({ username: 'alice', password: 'right' });
      expect([answer.status, answer.body.code]).toEqual([500, 'http_client_missing']);
    }
    await app.close();
  });

  it('can load every subpath', () => {
    for (const given of [createModicaEmulator, TwoFactorGuard, onRedis, storageConformance]) {
      expect(given).toBeInstanceOf(Function);
    }
  });
});
