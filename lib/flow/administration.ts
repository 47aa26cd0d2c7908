// What an app can do to a user's challenges and counters outside a login.
import type { UserId } from '../challenge/challenge.js';
import { ConfigurationError } from '../errors.js';
import { userCounterKey } from '../limits/keys.js';
import type { FlowContext } from './flow-context.js';

/** Clears the failures, the lock and the sends of a user, for all purposes. */
export async function unlockUser(context: FlowContext<never>, userId: UserId): Promise<void> {
  const { realm, attempts, sends } = context;
  const keys = bothTypes(userId).flatMap((id) =>
    (['login', 'enrol'] as const).map((purpose) => userCounterKey({ realm, purpose, userId: id })),
  );
  await Promise.all(keys.flatMap((key) => [attempts.clear(key), sends.clear(key)]));
}

/** Voids every pending challenge of a user on the server: after a new password, or a logout everywhere. */
export async function cancelChallenges(
  { realm, userChallenges }: FlowContext<never>,
  userId: UserId,
): Promise<void> {
  await Promise.all(bothTypes(userId).map((id) => userChallenges.cancel({ realm, userId: id })));
}

/** Voids a user's pending challenges, and erases what is stored about the user. */
export async function forgetUser(context: FlowContext<never>, userId: UserId): Promise<void> {
  const { realm, userChallenges, pending } = context;
  await cancelChallenges(context, userId);
  await Promise.all(
    bothTypes(userId).map(async (id) => {
      const owner = { realm, userId: id };
      const listed = await userChallenges.listOf(owner);
      await Promise.all(listed.map((challengeId) => pending.erase(challengeId)));
      await userChallenges.forgetList(owner);
    }),
  );
  await unlockUser(context, userId);
}

/** Returns the id as a number and as a string: support staff copy ids from URLs, and drivers return strings. */
function bothTypes(userId: UserId): readonly UserId[] {
  if (typeof userId !== 'string' && !Number.isFinite(userId)) throw idUnusable();
  const number = Number(userId);
  const text = String(userId);
  return String(number) === text ? [number, text] : [userId];
}

/** `cancel(user.ID)` must not look like a success when it has done nothing. */
function idUnusable(): ConfigurationError {
  return new ConfigurationError('user_unusable', {
    problem: "The user's id is neither a string nor a number, so nothing was done.",
    hint: 'Call unlock, cancel and forget with the id that the option "userId" returns.',
  });
}
