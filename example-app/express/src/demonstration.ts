import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import type { SecondFactorOptions } from './authentication.js';
import type { Users } from './users.js';

export const demoUser = {
  username: 'demo',
  password: 'demo-password',
  mobile: '+64211234567',
};

/** In place of an account at Modica: its API on this machine, and somebody who can log in. */
export async function startDemonstration(users: Users) {
  const emulator = createModicaEmulator();
  await emulator.start();
  // In a database file of an earlier start the user is there already.
  await users.create(demoUser);
  const options: SecondFactorOptions = {
    username: 'emulator',
    password: 'emulator',
    baseUrl: emulator.url,
    originBoundTo: 'localhost',
    // Nobody pays for these messages, and who tries things out logs in more than five times an hour.
    limits: { sendsPerHour: 50 },
  };
  return { emulator, options };
}
