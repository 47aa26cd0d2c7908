// Deletes rows whose time is over: those of challenges hold phone numbers.
import { timers } from '../../timers.js';

/** Milliseconds from a process's first write: where processes live for minutes, most see no second run. */
const firstDelay = 10_000;

/** Milliseconds between two runs: a number is gone ten minutes after its end. */
const interval = 600_000;

/** Milliseconds between two batches, so that other statements get their turn. */
const pause = 20;

/**
 * Runs while the process lives, without keeping it alive. A run that fails, because the database is down or
 * the app has closed its pool, is the last one until the next write.
 */
export class ExpiredRows {
  private isScheduled = false;

  constructor(
    /** Returns whether there may be more. */
    private readonly deleteBatch: () => Promise<boolean>,
  ) {}

  schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.runAfter(firstDelay);
  }

  private runAfter(milliseconds: number): void {
    timers.setTimeout(() => void this.run(), milliseconds).unref();
  }

  private async run(): Promise<void> {
    try {
      this.runAfter((await this.deleteBatch()) ? pause : interval);
    } catch {
      this.isScheduled = false;
    }
  }
}
