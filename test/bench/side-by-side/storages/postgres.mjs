import pg from 'pg';

/** Everything in tables of PostgreSQL, through one pool of ten connections, which is pg's default. */
export async function open({ url }) {
  const pool = new pg.Pool({ connectionString: url });
  // Without a listener a lost connection ends the process.
  pool.on('error', () => undefined);
  return {
    users: await usersIn(pool),
    async sessions() {
      const { default: session } = await import('express-session');
      const { default: connect } = await import('connect-pg-simple');
      const PostgresStore = connect(session);
      return new PostgresStore({ pool, createTableIfMissing: true });
    },
    async limiter(options) {
      const { RateLimiterPostgres } = await import('rate-limiter-flexible');
      return new Promise((resolve, reject) => {
        const limiter = new RateLimiterPostgres(
          { ...options, storeClient: pool, tableName: 'limits' },
          (error) => (error ? reject(error) : resolve(limiter)),
        );
      });
    },
    async ours() {
      const { createTables, onPostgres } = await import('passport-modica-2fa/postgres');
      await createTables(pool);
      return onPostgres(pool);
    },
    async betterAuth() {
      return { database: pool, rateLimit: { storage: 'database' } };
    },
  };
}

async function usersIn(pool) {
  await pool.query(
    'CREATE TABLE app_users (id text PRIMARY KEY, email text, mobile text, password text)',
  );
  return {
    async add(users) {
      const columns = ['id', 'email', 'mobile', 'password'].map((name) =>
        users.map((user) => user[name]),
      );
      await pool.query(
        'INSERT INTO app_users SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])',
        columns,
      );
    },
    async find(id) {
      const { rows } = await pool.query({
        name: 'user',
        text: 'SELECT id, email, mobile, password FROM app_users WHERE id = $1',
        values: [id],
      });
      return rows[0];
    },
    async change(id, fields) {
      const { mobile, password } = { ...(await this.find(id)), ...fields };
      await pool.query('UPDATE app_users SET mobile = $2, password = $3 WHERE id = $1', [
        id,
        mobile,
        password,
      ]);
    },
  };
}
