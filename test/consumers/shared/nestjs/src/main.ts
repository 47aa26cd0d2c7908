import { NestFactory } from '@nestjs/core';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { AppModule } from './app.module.js';

export async function startApp() {
  const emulator = createModicaEmulator();
  await emulator.start();
  process.env['MODICA_BASE_URL'] = emulator.url;
  process.env['MODICA_USERNAME'] = emulator.account.username;
  process.env['MODICA_PASSWORD'] = emulator.account.password;
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    emulator,
    stop: async () => {
      await app.close();
      await emulator.stop();
    },
  };
}
