import { randomUUID } from 'node:crypto';
import type { Reply } from '../../providers/http/reply.js';
import type { Terminal } from '../terminal.js';
import type { Account } from './account.js';
import type { Answer } from './answer.js';
import { CannotTell } from './cannot-tell.js';
import { anotherCode, someCode } from './code.js';
import { Conversation } from './conversation.js';
import { type Created, readCreated } from './created.js';
import { insist } from './insist.js';
import { enterRightCode } from './right-code.js';
import { acceptedStatus, alike, isAlike } from './verdict.js';
import { WrongCodes } from './wrong-codes.js';

/** What an account answered, when it could be told what it means. */
export interface Trial {
  readonly created: Created;
  readonly code: string;
  /** The status of the right code, and of no other. */
  readonly accepted: string;
  /** To wrong codes. */
  readonly wrong: readonly Reply[];
  /** To the right code, once more. */
  readonly again: Answer;
  /** To a code for a challenge that does not exist. */
  readonly unknown: Answer;
  /** All of them. */
  readonly replies: readonly Reply[];
  readonly account: Account;
}

/**
 * One SMS, and what the codes are worth.
 *
 * @throws {CannotTell}
 */
export async function runTrial(
  account: Account,
  destination: string,
  terminal: Terminal,
): Promise<Trial> {
  const { secrets } = account;
  secrets.add(destination.slice(1));
  // As it may be written without its country code.
  secrets.add(destination.slice(-7));
  const conversation = new Conversation(account, terminal);
  const created = await createChallenge(conversation, destination);
  const wrong = new WrongCodes(conversation, created.id);
  await wrong.add('A wrong code', someCode());
  const { code, right } = await enterRightCode(conversation, created.id, wrong, secrets);
  const accepted = acceptedStatus(right, secrets);
  const again = await conversation.checkCode('The right code again', created.id, code);
  const unknown = await conversation.checkCode(
    'A code for a challenge that does not exist',
    randomUUID(),
    anotherCode(code),
  );
  if (unknown.kind === 'reply' && isAlike(right, unknown.reply)) throw alike();
  const { replies } = conversation;
  return { created, code, accepted, wrong: wrong.replies, again, unknown, replies, account };
}

async function createChallenge(conversation: Conversation, destination: string): Promise<Created> {
  const answer = await conversation.createChallenge(destination);
  const reply = insist(answer, 'an SMS may have been sent');
  if (reply.status === 400) {
    throw new CannotTell({
      problem: 'Modica refused to send; no SMS was sent.',
      cure: 'Its word is above: check that --to is a mobile phone, and that your account may text its country. The option "sendErrorVerdicts" says what such a word means.',
    });
  }
  const created = reply.status === 201 ? readCreated(reply) : undefined;
  if (created === undefined) {
    throw new CannotTell({
      problem: `Modica answered ${reply.status} with something that is no challenge.`,
      cure: 'Check that MODICA_BASE_URL is the base URI of the 2FA API.',
    });
  }
  conversation.tellTimes(created);
  return created;
}
