import { RedisStore } from 'connect-redis';
import type { Store as SessionStore } from 'express-session';
import { inMemory, type Storage } from 'passport-modica-2fa';
import { onRedis } from 'passport-modica-2fa/redis';
import { connectToRedis } from './redis.js';
import type { Settings } from './settings.js';

/** What the app keeps between requests, except users, payments and activity. */
export interface AppStorage extends Storage {
  /** Undefined for express-session's own store, which is for development: it never deletes a session. */
  readonly sessions: SessionStore | undefined;
  close(): Promise<void>;
}

const withoutRedis =
  'REDIS_URL is not set: sessions are in the memory of this process, and a restart logs all users out.';

/** One Redis for all processes of the app, or the memory of this process. */
export async function openStorage({ redisUrl, production }: Settings): Promise<AppStorage> {
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
