import { type SessionData, Store } from 'express-session';
import type { AppDatabase } from './database.js';

/** Milliseconds between two deletions of sessions that have expired. */
const interval = 600_000;

/** Milliseconds that a session without a cookie's age is kept. */
const defaultAge = 24 * 60 * 60 * 1000;

type Done<Result = void> = (error?: unknown, result?: Result) => void;

/** Sessions in the app's own database. */
export class DatabaseSessions extends Store {
  readonly #database: AppDatabase;
  readonly #timer = setInterval(() => this.#deleteExpired(), interval).unref();

  constructor(database: AppDatabase) {
    super();
    this.#database = database;
  }

  override get(id: string, done: Done<SessionData | null>): void {
    this.#sessions
      .where('id', '=', id)
      .where('expires_at', '>', Date.now())
      .executeTakeFirst()
      .then((row) => done(null, row ? JSON.parse(row.data) : null), done);
  }

  override set(id: string, session: SessionData, done: Done = () => {}): void {
    const row = { data: JSON.stringify(session), expires_at: expiryOf(session) };
    const insertion = this.#database.tables.insertInto('sessions').values({ id, ...row });
    const upsert =
      this.#database.kind === 'mysql'
        ? insertion.onDuplicateKeyUpdate(row)
        : insertion.onConflict((conflict) => conflict.column('id').doUpdateSet(row));
    upsert.execute().then(() => done(), done);
  }

  override touch(id: string, session: SessionData, done: Done = () => {}): void {
    this.#database.tables
      .updateTable('sessions')
      .set({ expires_at: expiryOf(session) })
      .where('id', '=', id)
      .execute()
      .then(() => done(), done);
  }

  override destroy(id: string, done: Done = () => {}): void {
    this.#database.tables
      .deleteFrom('sessions')
      .where('id', '=', id)
      .execute()
      .then(() => done(), done);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get #sessions() {
    return this.#database.tables.selectFrom('sessions').select('data');
  }

  #deleteExpired(): void {
    this.#database.tables
      .deleteFrom('sessions')
      .where('expires_at', '<=', Date.now())
      .execute()
      .catch((error) => console.error(error));
  }
}

const expiryOf = ({ cookie }: SessionData) => Date.now() + (cookie.maxAge ?? defaultAge);
