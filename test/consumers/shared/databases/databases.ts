// The clients that docs/storage.md passes to storage, as their own types declare them. Never run: TypeScript resolves
// their overloads and generics differently from version to version.
import BetterSqlite from 'better-sqlite3';
import { Redis } from 'ioredis';
import Libsql from 'libsql';
import { createPool as createCallbackPool } from 'mysql2';
import { createPool } from 'mysql2/promise';
import { onMysql } from 'passport-modica-2fa/mysql';
import { onPostgres } from 'passport-modica-2fa/postgres';
import { onRedis } from 'passport-modica-2fa/redis';
import { createTables, onSqlite } from 'passport-modica-2fa/sqlite';
import { Pool } from 'pg';
import { createClient, createCluster } from 'redis';

const libsql = new Libsql('app.sqlite');
const betterSqlite = new BetterSqlite('app.sqlite');

export const storages = [
  onSqlite(libsql),
  onSqlite(betterSqlite),
  onPostgres(new Pool()),
  onMysql(createPool('mysql://app@127.0.0.1/app')),
  onMysql(createCallbackPool('mysql://app@127.0.0.1/app')),
  onRedis(createClient()),
  onRedis(createCluster({ rootNodes: [] })),
  onRedis(new Redis()),
];
export const tables = [createTables(libsql), createTables(betterSqlite)];
