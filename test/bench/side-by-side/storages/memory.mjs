import { usersInMemory } from '../users.mjs';

/** Everything in the memory of the process. */
export async function open() {
  return {
    users: usersInMemory(),
    async sessions() {
      const { default: session } = await import('express-session');
      return new session.MemoryStore();
    },
    async limiter(options) {
      const { RateLimiterMemory } = await import('rate-limiter-flexible');
      return new RateLimiterMemory(options);
    },
    async ours() {
      const { inMemory } = await import('passport-modica-2fa');
      return inMemory();
    },
    async betterAuth() {
      const { indexedMemory } = await import('./better-auth/indexed-memory.mjs');
      const { inMemory } = await import('./better-auth/in-memory.mjs');
      return {
        database: indexedMemory(),
        secondaryStorage: inMemory(),
        rateLimit: { storage: 'memory' },
      };
    },
  };
}
