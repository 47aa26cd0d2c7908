/** How an operation goes wrong. */
export type Fault =
  /** It fails and has done nothing. */
  | 'before'
  /** It is done, and its answer is lost. */
  | 'after'
  /** It fails, because its answer is late, and is done afterwards. */
  | 'late';

/** Faults that wait for the next operations, first come, first served. */
export class Faults<T> {
  private readonly waiting: (T | undefined)[] = [];

  /** Lets so many operations succeed before the next fault. */
  wait(operations: number): void {
    this.waiting.push(...Array<undefined>(operations).fill(undefined));
  }

  add(fault: T, times = 1): void {
    this.waiting.push(...Array<T>(times).fill(fault));
  }

  take(): T | undefined {
    return this.waiting.shift();
  }

  clear(): void {
    this.waiting.length = 0;
  }
}
