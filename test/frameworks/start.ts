import { ModicaTwoFactorStrategy } from '../../lib/index.js';
import { startEmulator } from '../fixtures/emulator.js';
import { someMemory } from '../fixtures/memory.js';
import { passwordOf } from '../fixtures/password.js';
import { someRecoveryCodes } from '../fixtures/recovery-codes.js';
import { someUsers } from '../fixtures/users.js';
import { browserAt } from './browser.js';
import type { Framework, Part } from './framework.js';
import { routes } from './routes.js';

/** Starts the same app in any framework: a password login, and our strategy under two names. */
export async function startIn(framework: Framework, without?: Part, userProperty?: string) {
  const emulator = await startEmulator();
  const users = someUsers();
  const memory = await someMemory();
  const stored = await someRecoveryCodes();
  const named = (name: string) =>
    new ModicaTwoFactorStrategy<Express.User>(
      {
        ...memory,
        ...emulator.account,
        name,
        destination: (user) => user.mobile,
        recoveryCodes: stored.option,
      },
      async ({ userId }) => users.find(userId),
    );
  const url = await framework.start({
    strategies: [passwordOf(users), named('modica-2fa'), named('staff-2fa')],
    routes,
    find: users.find,
    without,
    userProperty,
  });
  return { emulator, stored, browser: (cookies?: string) => browserAt(url, cookies) };
}
