// What storage needs of a database and its driver.
import type { Operation, Row } from './operation.js';
import type { Table, TableProblem } from './table.js';

/** Expired rows that one DELETE on a server deletes, and locks until it ends. */
export const batchSize = 500;

/** A database with the table, with one driver. */
export interface Database {
  readonly table: Table;
  /**
   * Does all operations, which are on different rows, or none of them; returns the rows by their keys. Where its pool
   * gives it a connection only when `isLate`, it throws instead: the login has failed by then. An unknown
   * count would lock its user, and the release of a lock could release the next one.
   */
  run(operations: readonly Operation[], isLate: () => boolean): Promise<ReadonlyMap<string, Row>>;
  /** Runs `checkStatement` and returns its rows. */
  check(): Promise<unknown>;
  /** Deletes a batch of expired rows, and returns whether there may be more. */
  deleteExpired(): Promise<boolean>;
  /** What an error says about the table, by the error's code. */
  tableProblemOf(error: unknown): TableProblem | undefined;
}
