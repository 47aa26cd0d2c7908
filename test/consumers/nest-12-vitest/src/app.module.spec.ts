import { Test } from '@nestjs/testing';
import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { TwoFactorGuard } from 'passport-modica-2fa/nestjs';
import { onRedis } from 'passport-modica-2fa/redis';
import { storageConformance } from 'passport-modica-2fa/testing';
import { AppModule } from './app.module.js';
import { SecondFactor } from './second-factor.strategy.js';

// Vitest as the generator sets it up.
describe('AppModule', () => {
  it('provides the strategy', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const strategy = module.get(SecondFactor);
    expect(strategy).toBeInstanceOf(ModicaTwoFactorStrategy);
    expect(strategy.name).toBe('modica-2fa');
  });

  it('can load every subpath', () => {
    for (const given of [createModicaEmulator, TwoFactorGuard, onRedis, storageConformance]) {
      expect(given).toBeInstanceOf(Function);
    }
  });
});
