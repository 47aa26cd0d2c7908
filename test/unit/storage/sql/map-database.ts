import type { Database } from '../../../../lib/storage/sql/database.js';
import type { Operation, Row } from '../../../../lib/storage/sql/operation.js';
import { type TableProblem, tableOf } from '../../../../lib/storage/sql/table.js';

interface Content {
  readonly value: string | null;
  readonly points: number | null;
  readonly until: number;
}

/** A database that fails as the test says, and keeps its rows in this process. */
export class MapDatabase implements Database {
  readonly table = tableOf('postgres');
  readonly rows = new Map<string, Content>();
  /** The operations of each statement. */
  readonly statements: (readonly Operation[])[] = [];
  checks = 0;
  /** What `checkStatement` returns. */
  checked: () => unknown = () => [{ distinct_keys: '2' }];
  /** What comes back instead of the rows. */
  answer: (() => ReadonlyMap<string, Row>) | undefined;
  problem: TableProblem | undefined;
  deletions = 0;

  /** What happens before the operations are done. */
  whenAsked: (isLate: () => boolean) => Promise<void> = async () => undefined;

  async run(
    operations: readonly Operation[],
    isLate: () => boolean,
  ): Promise<ReadonlyMap<string, Row>> {
    await this.whenAsked(isLate);
    this.statements.push(operations);
    if (this.answer) return this.answer();
    return new Map(
      operations.flatMap((operation) => {
        const content = this.do(operation);
        return content ? [[operation.key, rowOf(operation.key, content)] as const] : [];
      }),
    );
  }

  async check(): Promise<unknown> {
    this.checks += 1;
    return this.checked();
  }

  async deleteExpired(): Promise<boolean> {
    this.deletions += 1;
    return false;
  }

  tableProblemOf() {
    return this.problem;
  }

  private do(operation: Operation): Content | undefined {
    const { key } = operation;
    const now = Date.now();
    const found = this.rows.get(key);
    const live = found && found.until > now ? found : undefined;
    const write = (content: Content) => {
      this.rows.set(key, content);
      return content;
    };
    switch (operation.kind) {
      case 'read':
        return live;
      case 'replace':
        return write({ ...operation, until: now + operation.lifetime });
      case 'add': {
        const { points = 0, until = now + operation.lifetime } = live ?? {};
        return write({ value: null, points: (points ?? 0) + operation.points, until });
      }
      case 'takeBack': {
        if (!live) return undefined;
        const points = (live.points ?? 0) - operation.points;
        return write({ ...live, points, until: points > 0 ? live.until : 0 });
      }
      case 'delete':
        this.rows.delete(key);
        return found;
    }
  }
}

const rowOf = (key: string, { value, points, until }: Content): Row => ({
  storage_key: key,
  value,
  points,
  time_left: until - Date.now(),
});
