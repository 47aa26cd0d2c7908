import type { UserId } from '../challenge.js';
import { withDeadline } from '../deadline.js';
import { readDestination } from '../destination.js';
import { SetupError, VerifyError } from '../errors.js';
import { publish } from '../events.js';

/** What the flow must know of the app's users, and how it finds out. */
export interface PeopleOptions<TUser> {
  userId(user: TUser): unknown;
  destination(user: TUser): unknown;
  allowedPrefixes?: readonly string[] | undefined;
  /** Milliseconds for each of the app's callbacks. */
  verifyTimeout: number;
}

/** The error for a callback of the app that does not settle. */
export function callbackOverdue(option: string): () => VerifyError {
  return () =>
    new VerifyError('verify_timed_out', {
      problem: `The option "${option}" did not settle in time.`,
      cure: 'Let it settle; raise "verifyTimeout" if it really takes longer.',
    });
}

/** The app's users, seen through the two functions that the app gave. */
export class People<TUser> {
  constructor(private readonly options: PeopleOptions<TUser>) {}

  idOf(user: TUser): UserId {
    const id = this.options.userId(user);
    if (typeof id === 'string' && id !== '') return id;
    if (typeof id === 'number' && Number.isFinite(id)) return id;
    throw new SetupError('user_unusable', {
      problem:
        'The user has no id that is a text or a number, so nothing could be counted for them.',
      cure: 'Set the option "userId": (user) => …, the key by which your app finds the user again.',
    });
  }

  /** The number that may be texted; undefined when there is none. */
  async destinationOf(user: TUser): Promise<string | undefined> {
    const { destination, verifyTimeout } = this.options;
    return this.usable(
      await withDeadline(verifyTimeout, () => destination(user), callbackOverdue('destination')),
    );
  }

  usable(destination: unknown): string | undefined {
    const read = readDestination(destination, this.options.allowedPrefixes);
    if (read.usable) return read.number;
    publish({ name: 'destination_unusable', reason: read.problem });
    return undefined;
  }
}
