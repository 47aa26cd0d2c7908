import { once } from 'node:events';
import express from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { ModicaTwoFactorStrategy, TwoFactorRefusal } from 'passport-modica-2fa';
import { createTables, onPostgres } from 'passport-modica-2fa/postgres';
import { onRedis } from 'passport-modica-2fa/redis';
import * as sqlite from 'passport-modica-2fa/sqlite';
import { openSqlite } from './open-sqlite.mjs';

// One node of an app: the package as it is built, on a database that others share. A user's name is
// the user's number.
const { STORAGE_URL, DRIVER, MODICA_USERNAME, MODICA_PASSWORD, MODICA_BASE_URL } = process.env;

/** The storage over each driver. */
const drivers = {
  async redis() {
    const { createClient } = await import('redis');
    return onRedis(await createClient({ url: STORAGE_URL }).connect());
  },
  async ioredis() {
    const { Redis } = await import('ioredis');
    const client = new Redis(STORAGE_URL);
    await once(client, 'ready');
    return onRedis(client);
  },
  async pg() {
    const { Pool } = await import('pg');
    // Without an error listener, as in many apps.
    const pool = new Pool({ connectionString: STORAGE_URL });
    const storage = onPostgres(pool);
    // Both nodes at the same time.
    await createTables(pool);
    return storage;
  },
};

async function onSqlite() {
  const database = await openSqlite[DRIVER](STORAGE_URL);
  database.exec('PRAGMA journal_mode = WAL');
  await sqlite.createTables(database);
  return sqlite.onSqlite(database);
}

passport.use(new LocalStrategy((id, password, done) => done(null, password === 'right' && { id })));
passport.use(
  new ModicaTwoFactorStrategy(
    {
      ...(await (drivers[DRIVER] ?? onSqlite)()),
      username: MODICA_USERNAME,
      password: MODICA_PASSWORD,
      baseUrl: MODICA_BASE_URL,
      state: 'client',
      destination: ({ id }) => id,
    },
    async ({ userId }) => ({ id: userId }),
  ),
);

const secondFactor = (phase) =>
  passport.authenticate('modica-2fa', {
    phase,
    transaction: ({ body }) => body.transaction,
    session: false,
    failWithError: true,
  });

const app = express();
app.use(express.json());
app.post('/login', passport.authenticate('local', { session: false }), secondFactor('challenge'));
app.post('/login/code', secondFactor('response'), ({ user }, response) => {
  response.json({ user });
});
app.use((error, _request, response, next) => {
  if (error instanceof TwoFactorRefusal) response.status(error.status).json(error);
  else next(error);
});

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`Listening at http://localhost:${server.address().port}\n`);
