import type { LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { AppModule } from './app.module.js';
import { DemonstrationModule, demoUser, newUser } from './demonstration.js';
import type { Settings } from './settings.js';
import { Users } from './users/users.js';

// Without Nest's list of all routes at the start.
const logger: LogLevel[] = ['error', 'warn'];

/** The whole app, not yet listening. */
export async function createApp({ tokenSecret, demoMobile, modica }: Settings) {
  const { code, emulator } = modica ? { code: modica } : await startEmulator();
  const imports = emulator ? [DemonstrationModule.with(emulator)] : [];
  const parts = { tokenSecret, code, imports };
  const app = await NestFactory.create(AppModule.with(parts), { logger });
  const users = app.get(Users);
  users.add({ username: demoUser.username, mobile: demoMobile }, demoUser.password);
  users.add({ username: newUser.username, mobile: null }, newUser.password);
  return { app, emulator };
}

async function startEmulator() {
  const emulator = createModicaEmulator();
  await emulator.start();
  // These messages cost nothing, and trying things out takes more than five logins an hour.
  return {
    emulator,
    code: { ...emulator.account, limits: { sendsPerHour: 50, unansweredSendsPerHour: 50 } },
  };
}
