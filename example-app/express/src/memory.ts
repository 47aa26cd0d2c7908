import { RedisStore } from 'connect-redis';
import type { Store as SessionStore } from 'express-session';
import { inMemory, type Storage as TwoFactorStorage } from 'passport-modica-2fa';
import { onRedis } from 'passport-modica-2fa/redis';
import { connectToRedis } from './redis.js';
import type { Settings } from './settings.js';

/** All that the app must remember between two requests, but for its users. */
export interface Memory extends TwoFactorStorage {
  /** Undefined: express-session's own, which is meant for development: it never forgets anything. */
  readonly sessions: SessionStore | undefined;
  close(): Promise<void>;
}

const withoutRedis =
  'REDIS_URL is missing: this process alone remembers who is logged in, and a restart logs everybody out.';

/** One Redis for all processes of the app, or else the memory of this one. */
export async function openMemory({ redisUrl, production }: Settings): Promise<Memory> {
  if (redisUrl === undefined) {
    if (production) console.warn(withoutRedis);
    return { ...inMemory(), sessions: undefined, close: async () => {} };
  }
  const client = await connectToRedis(redisUrl);
  return {
    ...onRedis(client),
    sessions: new RedisStore({ client, prefix: 'session:' }),
    close: () => client.close(),
  };
}
