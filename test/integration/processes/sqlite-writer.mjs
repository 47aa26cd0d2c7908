import { onSqlite } from 'passport-modica-2fa/sqlite';
import { openSqlite } from './open-sqlite.mjs';

// Locks a user, and then counts on twenty keys at once until it is killed. Prints each count.
const { DRIVER, STORAGE_URL } = process.env;
const { limiter } = onSqlite(await openSqlite[DRIVER](STORAGE_URL));
const counter = limiter({ keyPrefix: 'killed', points: 5, duration: 3600 });
await counter.block('locked', 3600);
const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`);
while (true) {
  const [{ consumedPoints }] = await Promise.all(keys.map((key) => counter.penalty(key)));
  process.stdout.write(`${consumedPoints}\n`);
}
