import { memoryDeadline, withDeadline } from '../deadline.js';

/** What a call of the store or the limiter gives, or an error when it takes too long. */
export function answerOf<T>(call: string, action: () => T): Promise<Awaited<T>> {
  return withDeadline(
    memoryDeadline,
    action,
    () => new Error(`${call} did not answer in ${memoryDeadline} ms`),
  );
}
