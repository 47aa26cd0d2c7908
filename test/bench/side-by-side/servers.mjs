import { setTimeout as delay } from 'node:timers/promises';
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
    /** Transactions of a database, and rows that were written. Servers report them 10 seconds after the last. */
    async activity(url) {
      await delay(11_000);
      const { rows } = await client.query(
        'SELECT xact_commit, tup_inserted + tup_updated + tup_deleted AS written FROM pg_stat_database WHERE datname = $1',
        [new URL(url).pathname.slice(1)],
      );
      return { transactions: Number(rows[0].xact_commit), written: Number(rows[0].written) };
    },
    async stop() {
      await client.end();
      await server.remove();
    },
  };
}
