/** Watches one step of several; `takeBack` undoes it should any of them fail. */
export type Step = <T>(taken: Promise<T>, takeBack: (result: T) => unknown) => Promise<T>;

/**
 * Runs steps that succeed or fail together. When `run` fails, every step is taken back that was taken,
 * those still under way included, and the failure is thrown: one counter that is down (a shard of a
 * Redis Cluster) must not use up what the others counted. A step that failed itself is left alone,
 * because it may have been done and its answer lost.
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
