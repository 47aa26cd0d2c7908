import type { Reply } from '../../providers/http/reply.js';
import { CannotTell } from './cannot-tell.js';
import type { Conversation } from './conversation.js';
import { insist } from './insist.js';
import type { Secrets } from './secrets.js';
import { alike, isAlike } from './verdict.js';
import type { WrongCodes } from './wrong-codes.js';

/** Asked for a second time where the first may have been mistyped. */
const questions = [
  'The code in the SMS (Enter alone if none came): ',
  'That was answered like a wrong code. If you mistyped it, the code (Enter alone if not): ',
];

/** The code that the user has got, and what it was answered. */
export async function enterRightCode(
  conversation: Conversation,
  challengeId: string,
  wrong: WrongCodes,
  secrets: Secrets,
): Promise<{ readonly code: string; readonly right: Reply }> {
  const entered = new Set<string>();
  for (const question of questions) {
    const code = await conversation.enter(question);
    if (code === '' || entered.has(code)) break;
    entered.add(code);
    secrets.add(code);
    if (wrong.has(code)) throw hitByChance();
    await wrong.addOneLike(code);
    const answer = await conversation.checkCode('The right code', challengeId, code);
    const right = insist(answer, 'the code may be used');
    if (!wrong.replies.some((reply) => isAlike(right, reply))) return { code, right };
  }
  throw entered.size > 0 ? alike() : noCode();
}

function noCode(): CannotTell {
  return new CannotTell({
    problem: 'No code was entered.',
    cure: 'If no SMS came, quote the request id of the challenge to Modica; otherwise run it again.',
  });
}

function hitByChance(): CannotTell {
  return new CannotTell({
    problem:
      'By chance your code is the one that was tried as a wrong one, so its answer was that to the right one.',
    cure: 'Run it again.',
  });
}
