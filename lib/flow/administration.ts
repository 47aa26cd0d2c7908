// What an app can do to a user's challenges and counters outside a login.
import { bothTypes, isUserId, type UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { userCounterKey } from '../limits/keys.js';
import type { FlowContext } from './flow-context.js';

/** Clears the failures, the lock and the sends of a user, for all purposes. */
export async function unlockUser(context: FlowContext<never>, userId: UserId): Promise<void> {
  const { realm, attempts, sends } = context;
  const keys = idsOf(userId).flatMap((id) =>
    (['login', 'enrol'] as const).map((purpose) => userCounterKey({ realm, purpose, userId: id })),
  );
  await Promise.all(keys.flatMap((key) => [attempts.clear(key), sends.clear(key)]));
}

/** Voids every pending challenge of a user on the server: after a new password, or a logout everywhere. */
export async function cancelChallenges(
  { realm, userChallenges }: FlowContext<never>,
  userId: UserId,
): Promise<void> {
  await Promise.all(idsOf(userId).map((id) => userChallenges.cancel({ realm, userId: id })));
}

/** Voids a user's pending challenges, and erases what is stored about the user. */
export async function forgetUser(context: FlowContext<never>, userId: UserId): Promise<void> {
  const { realm, userChallenges, pending } = context;
  await cancelChallenges(context, userId);
  await Promise.all(
    idsOf(userId).map(async (id) => {
      const owner = { realm, userId: id };
      const listed = await userChallenges.listOf(owner);
      await Promise.all(listed.map((challengeId) => pending.erase(challengeId)));
      await userChallenges.forgetList(owner);
    }),
  );
  await unlockUser(context, userId);
}

/**
 * Support staff copy ids from URLs and forms, so an id is taken in either type. `cancel(user.ID)` must not look
 * like a success when it has done nothing.
 */
function idsOf(userId: UserId): readonly UserId[] {
  if (!isUserId(userId)) throw idUnusable(userId);
  const text = String(userId);
  if (text !== text.trim() && bothTypes(text.trim()).length > 1) throw idPadded();
  return bothTypes(userId);
}

function idUnusable(userId: unknown): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem: `The user's id is ${described(userId)}, so nothing was done.`,
    hint: 'Pass the id that the option "userId" returns: a non-empty string or a finite number.',
  });
}

/** Not the id itself: instead of an id it may be anything. */
function described(userId: unknown): string {
  if (userId === '') return 'an empty string';
  if (userId === null) return 'null';
  return typeof userId === 'number' ? 'not a finite number' : `of the type ${typeof userId}`;
}

function idPadded(): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem: "The user's id is a number with white space around it, so nothing was done.",
    hint: 'Remove the white space. If your database adds it, do so in the option "userId" as well: (user) => user.id.trim().',
  });
}
