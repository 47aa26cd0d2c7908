import { RedisStore } from 'connect-redis';
import type { Store as SessionStore } from 'express-session';
import type { Storage } from 'passport-modica-2fa';
import { onRedis } from 'passport-modica-2fa/redis';
import type { AppDatabase } from './database.js';
import { connectToRedis } from './redis.js';
import { DatabaseSessions } from './sessions.js';
import type { Settings } from './settings.js';

/** Sessions, challenges and counters. */
export interface AppStorage extends Storage {
  readonly sessions: SessionStore;
  close(): Promise<void>;
}

/** One Redis for all processes of the app, or the app's database. */
export async function openStorage(
  { redisUrl }: Settings,
  database: AppDatabase,
): Promise<AppStorage> {
  if (redisUrl === undefined) {
    const sessions = new DatabaseSessions(database);
    return { ...database.storage, sessions, close: async () => sessions.close() };
  }
  const client = await connectToRedis(redisUrl);
  return {
    ...onRedis(client),
    sessions: new RedisStore({ client, prefix: 'session:' }),
    close: () => client.close(),
  };
}
