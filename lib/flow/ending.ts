import type { Subject } from '../challenge.js';
import { asError } from '../errors.js';
import { type Outcome, type RememberedInfo, refuse, type VerifiedInfo } from '../outcome.js';
import type { LoadUser, Verification } from './request.js';
import type { Rooms } from './rooms.js';

/**
 * The verify callback has the last word: it loads the user, who must still be the one that the
 * challenge was for, with the same number.
 */
export async function loadUser<TUser>(
  rooms: Rooms<TUser>,
  { purpose, userId, destination }: Subject,
  load: LoadUser<TUser>,
  info: VerifiedInfo | RememberedInfo,
): Promise<Outcome<TUser>> {
  const approved = 'binding' in info ? { binding: info.binding } : {};
  const verification: Verification = { userId, purpose, destination, ...approved };
  try {
    const loaded = await load(verification);
    const { user } = loaded;
    if (user === undefined) return { kind: 'no_user', info: loaded.info, pointer: null };
    const { people } = rooms;
    // Between the phases somebody may have changed the number, or another user may have been loaded.
    const changed =
      people.idOf(user) !== userId ||
      (purpose !== 'enrol' && (await people.destinationOf(user)) !== destination);
    return changed
      ? { ...refuse('user_changed'), pointer: null }
      : { kind: 'verified', user, info, pointer: null };
  } catch (fault) {
    return { kind: 'broken', error: asError(fault), pointer: null };
  }
}
