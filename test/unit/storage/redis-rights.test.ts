import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { onRedis } from '../../../lib/storage/redis.js';
import { connectRedis, hasRedis, startRedis } from '../../fixtures/redis.js';
import { withoutRedis } from '../../left-out/lacking.js';
import { alone, failuresOf } from '../testing/database.js';

/** The rules as docs/storage.md gives them. */
const rules = (
  /ACL SETUSER \w+ (.*)/.exec(readFileSync('docs/storage.md', 'utf8'))?.[1] ?? ''
).split(' ');
const commands = rules.filter((rule) => rule.startsWith('+'));

/** The clients of a user with these rights, each of one package. */
async function clientsWith(rights: readonly string[]) {
  const { url, port } = await startRedis();
  const admin = await connectRedis(url);
  await admin.sendCommand(['ACL', 'SETUSER', 'app', ...rights]);
  const password = rights.find((rule) => rule.startsWith('>'))?.slice(1) ?? '';
  const ioredis = new Redis({ port, username: 'app', password });
  ioredis.on('error', () => {});
  onTestFinished(() => ioredis.disconnect());
  const redis = createClient({ url, username: 'app', password });
  redis.on('error', () => {});
  await redis.connect();
  onTestFinished(() => redis.destroy());
  return { redis, ioredis };
}

/** The names of the checks that fail. */
async function failedWith(rights: readonly string[]): Promise<readonly string[]> {
  const { redis, ioredis } = await clientsWith(rights);
  await expect.poll(() => ioredis.status).toBe('ready');
  const failures = await Promise.all(
    [onRedis(redis), onRedis(ioredis)].map((storage) =>
      failuresOf({ storage: () => storage, ...alone }),
    ),
  );
  return failures.flatMap((failed) => [...failed.keys()]);
}

describe.skipIf(!hasRedis)(
  `A user of Redis with the rights of docs/storage.md${withoutRedis}`,
  () => {
    it('has all that storage needs', async () => {
      expect(commands.length).toBeGreaterThan(5);
      expect(await failedWith(rules)).toEqual([]);
    });

    // ioredis asks for INFO when it connects, and without it warns on the console.
    it.each(commands.filter((command) => command !== '+info'))('needs %s', async (command) => {
      expect(await failedWith(rules.filter((rule) => rule !== command))).not.toEqual([]);
    });

    it('reads and writes no key of anything else', async () => {
      const { redis } = await clientsWith(rules);
      await expect(redis.get('session:1')).rejects.toThrow('NOPERM');
      await expect(redis.set('session:1', 'value')).rejects.toThrow('NOPERM');
    });
  },
);
