import session from 'express-session';
import { createClient } from 'redis';
import { usersInMemory } from '../users.mjs';

/**
 * Challenges, counters and, unless they are to be in memory, sessions in Redis; users in memory, because no
 * contender keeps them in Redis.
 */
export async function open({ url, sessions = 'redis' }) {
  const client = createClient({ url });
  // Without a listener a lost connection ends the process.
  client.on('error', () => undefined);
  await client.connect();
  return {
    users: usersInMemory(),
    async sessions() {
      if (sessions === 'memory') return new session.MemoryStore();
      const { RedisStore } = await import('connect-redis');
      return new RedisStore({ client });
    },
    async limiter(options) {
      const { RateLimiterRedis } = await import('rate-limiter-flexible');
      return new RateLimiterRedis({ ...options, storeClient: client, useRedisPackage: true });
    },
    async ours() {
      const { onRedis } = await import('passport-modica-2fa/redis');
      return onRedis(client);
    },
    async betterAuth() {
      const { indexedMemory } = await import('./better-auth/indexed-memory.mjs');
      const { inRedis } = await import('./better-auth/in-redis.mjs');
      return {
        database: indexedMemory(),
        secondaryStorage: inRedis(client),
        rateLimit: { storage: 'secondary-storage' },
      };
    },
  };
}
