import { Strategy as LocalStrategy } from 'passport-local';
import { ModicaTwoFactorStrategy } from '../../lib/index.js';
import { startEmulator } from '../fixtures/emulator.js';
import { someMemory } from '../fixtures/memory.js';
import { someUsers } from '../fixtures/users.js';
import { browserAt } from './browser.js';
import type { Framework, Part } from './framework.js';
import { routes } from './routes.js';

/** The same app in any framework: a password login, and our strategy under two names. */
export async function startIn(framework: Framework, without?: Part) {
  const emulator = await startEmulator();
  const users = someUsers();
  const memory = await someMemory();
  const named = (name: string) =>
    new ModicaTwoFactorStrategy<Express.User>(
      { ...memory, ...emulator.account, name, destination: (user) => user.mobile },
      async ({ userId }) => users.find(userId),
    );
  const local = new LocalStrategy((name, password, done) =>
    done(null, password === 'right' ? (users.named(name) ?? false) : false),
  );
  const url = await framework.start({
    strategies: [local, named('modica-2fa'), named('staff-2fa')],
    routes,
    find: users.find,
    without,
  });
  return { emulator, browser: (cookies?: string) => browserAt(url, cookies) };
}
