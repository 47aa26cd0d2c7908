import type { Reply } from '../../providers/http/reply.js';
import { CannotTell } from './cannot-tell.js';
import { isWord, saidBy, saidIn, wordsOf } from './said.js';
import type { Secrets } from './secrets.js';
import type { Trial } from './trial.js';

/**
 * Whether two replies to codes say the same. The HTTP status does not make them differ, nor does what
 * else they hold: where it is in doubt, nothing may be accepted.
 */
export function isAlike(one: Reply, other: Reply): boolean {
  const [first, second] = [wordsOf(one), wordsOf(other)];
  return first.status === undefined
    ? second.status === undefined && first.error === second.error
    : first.status === second.status;
}

export function alike(): CannotTell {
  return new CannotTell({
    problem:
      'Warning: a wrong code and the right one were answered alike, so nothing may be accepted: any code would let in whoever knows a password.',
    cure: 'Run it again if you mistyped the code; otherwise ask Modica how they differ, and quote the request ids.',
  });
}

/**
 * The status that means yes.
 *
 * @throws {CannotTell} where the right code was not answered with one
 */
export function acceptedStatus(right: Reply, secrets: Secrets): string {
  const said = saidBy(right);
  if (said?.field !== 'status') {
    throw new CannotTell({
      problem:
        'The code that you entered was not accepted as the document says, which is 201 with a status.',
      cure: 'Run it again, and enter the code of the newest SMS soon after it comes; quote the request ids to Modica if that does not help.',
    });
  }
  if (!isWord(said.word, secrets)) {
    throw new CannotTell({
      problem:
        'The status of the right code is no word that an option could name: it is empty, long, or quotes what was posted.',
      cure: 'Quote the request ids to Modica.',
    });
  }
  return said.word;
}

export function secondUse({
  accepted,
  again,
}: Pick<Trial, 'accepted' | 'again'>): 'accepted' | 'refused' | 'unknown' {
  const said = saidIn(again);
  if (said === undefined) return 'unknown';
  return said.field === 'status' && said.word === accepted ? 'accepted' : 'refused';
}
