import { randomUUID } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { createCluster, createSentinel } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { onRedis } from '../../lib/storage/redis.js';
import type { IoredisClient, NodeRedisClient } from '../../lib/storage/redis-clients.js';
import { startApp } from '../fixtures/app.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import {
  hasRedis,
  type RedisServer,
  replicated,
  spawnCluster,
  spawnRedis,
  spawnReplica,
  spawnSentinel,
} from '../fixtures/redis-server.mjs';
import { withoutRedis } from '../left-out/lacking.js';

interface Servers {
  /** The port by which a client finds the masters. */
  readonly port: number;
  readonly masters: readonly RedisServer[];
}

/** A master, its replica, and a Sentinel that replaces the one by the other. */
async function watchedMaster(): Promise<Servers> {
  const master = await spawnRedis();
  onTestFinished(master.stop);
  const replica = await spawnReplica(master);
  onTestFinished(replica.stop);
  const sentinel = await spawnSentinel(master, 1);
  onTestFinished(sentinel.stop);
  return { port: sentinel.port, masters: [master] };
}

async function cluster(): Promise<Servers> {
  const { port, masters, stop } = await spawnCluster();
  onTestFinished(stop);
  return { port, masters };
}

/** Connected, and closed with the test. */
async function nodeRedis<
  T extends NodeRedisClient & { connect(): Promise<unknown>; disconnect?(): unknown },
>(client: T, close: () => unknown): Promise<NodeRedisClient> {
  client.on('error', () => {});
  await client.connect();
  onTestFinished(async () => {
    await close();
  });
  return client;
}

function ioredis(client: Redis | Cluster): IoredisClient {
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

const host = '127.0.0.1';
const rootNodes = (port: number) => [{ url: `redis://${host}:${port}` }];

const kinds: readonly (readonly [
  string,
  () => Promise<Servers>,
  (port: number) => Promise<NodeRedisClient> | IoredisClient,
])[] = [
  [
    'Sentinel, with redis',
    watchedMaster,
    (port) => {
      const client = createSentinel({ name: 'ours', sentinelRootNodes: [{ host, port }] });
      return nodeRedis(client, () => client.destroy());
    },
  ],
  [
    'Sentinel, with ioredis',
    watchedMaster,
    (port) => ioredis(new Redis({ name: 'ours', sentinels: [{ host, port }] })),
  ],
  [
    'a cluster, with redis',
    cluster,
    (port) => {
      const client = createCluster({ rootNodes: rootNodes(port) });
      return nodeRedis(client, () => client.destroy());
    },
  ],
  ['a cluster, with ioredis', cluster, (port) => ioredis(new Cluster([{ host, port }]))],
];

// Not createCluster of redis 4 and 5: it asks for the new masters only once the old one is back.
describe.skipIf(!hasRedis).each(kinds)(
  `F34: a failover of %s${withoutRedis}`,
  (_, start, connect) => {
    it('loses no challenge and no count that a replica has, and logins resume by themselves', async () => {
      const { port, masters } = await start();
      const storage = onRedis(await connect(port));
      const works = async () => {
        const key = () => `passport-modica-2fa:test:${randomUUID()}`;
        const writes = Array.from({ length: 50 }, async () =>
          storage.store.set(key(), '"here"', 1000),
        );
        return (await Promise.allSettled(writes)).every(({ status }) => status === 'fulfilled');
      };
      await expect.poll(works).toBe(true);
      const { browser, emulator, users } = await startApp({ strategy: storage });
      const [alice, bob] = [browser(), browser()];
      expect((await alice.login('alice')).body.code).toBe('challenge_sent');
      expect((await bob.login('bob')).body.code).toBe('challenge_sent');
      const wrong = wrongCodeFor(emulator);
      for (let attempt = 0; attempt < 4; attempt += 1) await bob.enter(wrong);
      for (const master of masters) replicated(master);

      await masters[0]?.stop();
      // Either it fails closed, or the client waits for the new master and reuses the challenge.
      const meanwhile = await browser().login('alice');
      expect([500, 401]).toContain(meanwhile.status);
      await expect.poll(works).toBe(true);

      expect((await alice.enter(newestCode(emulator, users.alice.mobile ?? ''))).status).toBe(200);
      expect((await bob.enter(wrong)).body.attemptsRemaining).toBe(0);
      const right = newestCode(emulator, users.bob.mobile ?? '');
      expect((await bob.enter(right)).body.code).toBe('too_many_attempts');
      expect(emulator.messages).toHaveLength(2);
      expect(checks(emulator)).toBe(6);
    });
  },
);
