import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { AppModule } from '../src/app.module.js';
import { ModicaAccount } from '../src/modica-account.js';

describe('Login (e2e)', () => {
  const emulator = createModicaEmulator();
  let app: INestApplication<App>;

  beforeEach(async () => {
    await emulator.start();
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(ModicaAccount)
      .useValue(emulator.account)
      .compile();
    app = module.createNestApplication();
    await app.init();
  });

  afterEach(async () => {
    await app.close();
    await emulator.stop();
  });

  it('sends a code, and takes it', async () => {
    const asked = await request(app.getHttpServer())
      .post('/login')
      .send({ username: 'alice', password: 'right' });
    expect([asked.status, asked.body.code]).toEqual([401, 'challenge_sent']);
    const challenge = asked.body.challenge.id;
    const code = emulator.messages.at(-1)?.code;
    const answered = await request(app.getHttpServer())
      .post('/login/code')
      .send({ challenge, code });
    expect([answered.status, answered.body]).toEqual([200, { id: 1 }]);
  });
});
