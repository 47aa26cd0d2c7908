import pg from 'pg';
import { hasPostgres, spawnPostgres } from '../../fixtures/postgres-server.mjs';
import { hasRedis, spawnRedis } from '../../fixtures/redis-server.mjs';

/** The storages, their names in the report, and how to start their servers. */
export const servers = [
  { kind: 'memory', name: 'in memory', isThere: true, start: startNothing },
  { kind: 'redis', name: 'on Redis', isThere: hasRedis, start: startRedis },
  { kind: 'postgres', name: 'on PostgreSQL', isThere: hasPostgres, start: startPostgres },
];

async function startNothing() {
  return { newDatabase: async () => undefined, stop: async () => undefined };
}

async function startRedis() {
  const redis = await spawnRedis();
  let databases = 0;
  return {
    async newDatabase() {
      databases += 1;
      return `${redis.url}/${databases}`;
    },
    stop: redis.stop,
  };
}

async function startPostgres() {
  const server = await spawnPostgres();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  let databases = 0;
  return {
    async newDatabase() {
      databases += 1;
      const name = `bench_${databases}`;
      await client.query(`CREATE DATABASE ${name}`);
      return server.url.replace(/postgres$/, name);
    },
    async stop() {
      await client.end();
      await server.remove();
    },
  };
}
