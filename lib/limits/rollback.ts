// Rolls back several steps if one of them fails.

/** Registers one step of several, and how to undo it if any of them fails. */
type Step = <T>(taken: Promise<T>, takeBack: (result: T) => unknown) => Promise<T>;

/**
 * Runs steps that succeed or fail together. If `run` fails, every completed step is undone, including those
 * still in progress, and the failure is thrown: one counter that is down (a shard of a Redis Cluster) must
 * not use up the others. A step that failed is not undone: it may have been done and its answer lost.
 */
export async function withRollback<T>(run: (step: Step) => Promise<T>): Promise<T> {
  const undoings: Promise<() => unknown>[] = [];
  try {
    return await run((taken, takeBack) => {
      const undoing = taken.then(
        (result) => () => takeBack(result),
        () => () => undefined,
      );
      undoings.push(undoing);
      return taken;
    });
  } catch (failure) {
    await Promise.allSettled(undoings.map(async (undoing) => (await undoing)()));
    throw failure;
  }
}
