// Sends what is asked at the same time as one statement.
import { timers } from '../../timers.js';
import type { Operation, Row } from './operation.js';

interface Asked {
  readonly operation: Operation;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Operations in one statement, which locks a row for each of them. */
const maxOperations = 50;

/**
 * Collects the operations that are asked before the process does anything else, so that a login asks a
 * database eleven times instead of forty. A statement has no two operations on one row: PostgreSQL does only
 * one of them, or refuses both.
 */
export class Batches {
  private asked = new Map<string, Asked>();

  constructor(
    private readonly send: (operations: readonly Operation[]) => Promise<ReadonlyMap<string, Row>>,
  ) {}

  ask(operation: Operation): Promise<Row | undefined> {
    if (this.asked.has(operation.key) || this.asked.size === maxOperations) this.sendAll();
    return new Promise((resolve, reject) => {
      this.asked.set(operation.key, { operation, resolve, reject });
      if (this.asked.size > 1) return;
      const { asked } = this;
      // Behind the microtasks, in which the others of one Promise.all are asked.
      timers.nextTick(() => {
        if (asked === this.asked) this.sendAll();
      });
    });
  }

  private sendAll(): void {
    const asked = [...this.asked.values()];
    this.asked = new Map();
    this.send(asked.map(({ operation }) => operation)).then(
      (rows) => {
        for (const { operation, resolve } of asked) resolve(rows.get(operation.key));
      },
      (reason) => {
        for (const { reject } of asked) reject(reason);
      },
    );
  }
}
