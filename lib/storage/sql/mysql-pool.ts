// A pool of mysql2: which ones can be used, and one connection of it for a few statements.
import { ConfigurationError } from '../../errors.js';
import { storageDeadline } from '../../timers.js';
import { outageReporter } from '../connection-errors.js';
import { repeatRolledBack } from './rolled-back.js';

/** A pool of `mysql2` or of `mysql2/promise`. */
export type MysqlPool = MysqlCallbackPool | MysqlPromisePool;

/** The part of a pool of `mysql2` that is used. */
export interface MysqlCallbackPool {
  promise(): MysqlPromisePool;
}

/** The part of a pool of `mysql2/promise` that is used. */
export interface MysqlPromisePool extends Queryable {
  /** The pool of `mysql2` under it. */
  readonly pool: object;
  getConnection(): Promise<MysqlConnection>;
}

interface MysqlConnection extends Queryable {
  release(): void;
  destroy(): void;
}

interface Queryable {
  query(options: MysqlQuery): Promise<readonly [unknown, unknown]>;
}

interface MysqlQuery {
  readonly sql: string;
  readonly rowsAsArray?: boolean;
  readonly nestTables?: boolean;
  readonly namedPlaceholders?: boolean;
  readonly typeCast?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Options of a query, which go before those of its pool: these change what a row looks like. */
const plain = {
  rowsAsArray: false,
  nestTables: false,
  namedPlaceholders: false,
  typeCast: true,
};

/** A single connection has no `getConnection`; a pool cluster and a pool of the `mysql` package, no `promise`. */
export function promisePoolOf(pool: MysqlPool): MysqlPromisePool {
  const typeOf = (name: string) => typeof Reflect.get(Object(pool), name);
  if (typeOf('getConnection') === 'function') {
    if ('promise' in pool && typeOf('promise') === 'function') return pool.promise();
    if ('pool' in pool && typeOf('pool') === 'object') return pool;
  }
  throw new ConfigurationError('option_invalid', {
    problem: 'onMysql and createTables need a pool of mysql2 or mysql2/promise.',
    hint: 'Pass the result of createPool of mysql2. On a single connection a transaction of yours could undo a count, and a PoolCluster may read from replicas, which lag behind.',
  });
}

/** Sends a statement, and returns its rows. */
type Ask = (sql: string) => Promise<unknown>;

/** The connections of a pool. */
export class MysqlConnections {
  private readonly report = outageReporter('MySQL');

  constructor(private readonly pool: MysqlPromisePool) {}

  /**
   * Runs statements, each of them a transaction of its own.
   *
   * @param isLate - Whether a connection comes too late to do anything on it.
   */
  run<T>(action: (ask: Ask) => Promise<T>, isLate?: () => boolean): Promise<T> {
    return this.use(async (ask) => {
      const ended = await ask('ROLLBACK');
      const result = await action(ask);
      // Where autocommit is off, a SELECT begins a transaction. The app would go on in it, and read what was there
      // when it began.
      if (!commitsAlone(ended)) await ask('ROLLBACK');
      return result;
    }, isLate);
  }

  /** Runs statements in one transaction, which is repeated if the server rolls it back because of a deadlock. */
  transact<T>(action: (ask: Ask) => Promise<T>, isLate?: () => boolean): Promise<T> {
    return this.use(async (ask) => {
      // Begins a transaction, and leaves one that the app has not ended: START TRANSACTION would commit that.
      await ask('ROLLBACK AND CHAIN');
      const result = await action(ask);
      await ask('COMMIT');
      return result;
    }, isLate);
  }

  private use<T>(action: (ask: Ask) => Promise<T>, isLate = () => false): Promise<T> {
    return repeatRolledBack(
      async () => {
        try {
          return await this.useOnce(action, isLate);
        } catch (error) {
          if (isConnectionError(error)) this.report(error);
          throw error;
        }
      },
      (error) => errnoOf(error) === deadlock,
    );
  }

  private async useOnce<T>(action: (ask: Ask) => Promise<T>, isLate: () => boolean): Promise<T> {
    const connection = await this.pool.getConnection();
    if (isLate()) {
      connection.release();
      throw new Error('The pool had no free connection in time');
    }
    try {
      const result = await action(async (sql) => {
        // No statement waits longer than a login does.
        const [answer] = await connection.query({ ...plain, sql, timeout: storageDeadline });
        return answer;
      });
      connection.release();
      return result;
    } catch (error) {
      // Rolls back whatever is open, also where the server does not answer; and after a failover, the next
      // connection reaches the new primary.
      connection.destroy();
      throw error;
    }
  }
}

/** Whether each statement is a transaction: SERVER_STATUS_AUTOCOMMIT (MySQL, 'OK_Packet'). */
const commitsAlone = (header: unknown) =>
  (Number(Reflect.get(Object(header), 'serverStatus')) & 2) === 2;

/** ER_LOCK_DEADLOCK. After ER_LOCK_WAIT_TIMEOUT, 1205, another attempt would wait as long again. */
const deadlock = 1213;

/** The number of a server's error; NaN for others. */
export function errnoOf(error: unknown): number {
  return Number(Reflect.get(Object(error), 'errno'));
}

/** The connection broke, could not be made, or does not answer. */
const isConnectionError = (error: unknown) =>
  Reflect.get(Object(error), 'fatal') === true ||
  Reflect.get(Object(error), 'code') === 'PROTOCOL_SEQUENCE_TIMEOUT';
