import { randomInt, randomUUID } from 'node:crypto';
import type { Reply } from '../../providers/http/reply.js';
import type { Terminal } from '../terminal.js';
import type { Secrets } from './output.js';
import { type Answer, type Created, isAlike, isWord, readCreated, saidBy } from './replies.js';
import { type Account, CannotTell, Conversation, insist } from './requests.js';

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
      hint: 'Its word is above: check that --to is a mobile phone, and that your account may text its country. The option "sendErrorVerdicts" says what such a word means.',
    });
  }
  const created = reply.status === 201 ? readCreated(reply) : undefined;
  if (created === undefined) {
    throw new CannotTell({
      problem: `Modica answered ${reply.status} with something that is no challenge.`,
      hint: 'Check that MODICA_BASE_URL is the base URI of the 2FA API.',
    });
  }
  conversation.tellTimes(created);
  return created;
}

/** Asked for a second time where the first may have been mistyped. */
const questions = [
  'The code in the SMS (Enter alone if none came): ',
  'That was answered like a wrong code. If you mistyped it, the code (Enter alone if not): ',
];

/** The code that the user has got, and what it was answered. */
async function enterRightCode(
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
    hint: 'If no SMS came, quote the request id of the challenge to Modica; otherwise run it again.',
  });
}

function hitByChance(): CannotTell {
  return new CannotTell({
    problem:
      'By chance your code is the one that was tried as a wrong one, so its answer was that to the right one.',
    hint: 'Run it again.',
  });
}

function alike(): CannotTell {
  return new CannotTell({
    problem:
      'Warning: a wrong code and the right one were answered alike, so nothing may be accepted: any code would let in whoever knows a password.',
    hint: 'Run it again if you mistyped the code; otherwise ask Modica how they differ, and quote the request ids.',
  });
}

/**
 * The status that means yes.
 *
 * @throws {CannotTell} where the right code was not answered with one
 */
function acceptedStatus(right: Reply, secrets: Secrets): string {
  const said = saidBy(right);
  if (said?.field !== 'status') {
    throw new CannotTell({
      problem:
        'The code that you entered was not accepted as the document says, which is 201 with a status.',
      hint: 'Run it again, and enter the code of the newest SMS soon after it comes; quote the request ids to Modica if that does not help.',
    });
  }
  if (!isWord(said.word, secrets)) {
    throw new CannotTell({
      problem:
        'The status of the right code is no word that an option could name: it is empty, long, or quotes what was posted.',
      hint: 'Quote the request ids to Modica.',
    });
  }
  return said.word;
}

/** Codes that were tried because they are wrong. */
class WrongCodes {
  readonly #conversation: Conversation;
  readonly #challengeId: string;
  readonly #tried = new Map<string, Reply>();

  constructor(conversation: Conversation, challengeId: string) {
    this.#conversation = conversation;
    this.#challengeId = challengeId;
  }

  get replies(): readonly Reply[] {
    return [...this.#tried.values()];
  }

  has(code: string): boolean {
    return this.#tried.has(code);
  }

  async add(which: string, code: string): Promise<void> {
    const answer = await this.#conversation.checkCode(which, this.#challengeId, code);
    this.#tried.set(code, insist(answer, 'the code may count as tried'));
  }

  /** A code of another form may be refused for its form alone. */
  async addOneLike(code: string): Promise<void> {
    if ([...this.#tried.keys()].some((tried) => isOfOneForm(tried, code))) return;
    await this.add('A wrong code of that form', anotherCode(code));
  }
}

/** What a code looks like. */
interface CodeForm {
  readonly length: number;
  readonly alphabet: 'digits' | 'letters' | 'letters and digits' | 'other characters';
}

export function formOf(code: string): CodeForm {
  return { length: code.length, alphabet: alphabetOf(code) };
}

function alphabetOf(code: string): CodeForm['alphabet'] {
  if (/^[0-9]+$/.test(code)) return 'digits';
  if (/^[A-Za-z]+$/.test(code)) return 'letters';
  if (/^[0-9A-Za-z]+$/.test(code)) return 'letters and digits';
  return 'other characters';
}

function isOfOneForm(one: string, other: string): boolean {
  const [first, second] = [formOf(one), formOf(other)];
  return first.length === second.length && first.alphabet === second.alphabet;
}

/** The usual form: the document does not say which it is. */
function someCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** A wrong one of the same form: another digit or letter in the last place. */
function anotherCode(code: string): string {
  const last = code.slice(-1);
  const others = /[0-9]/.test(last) ? ['0', '1'] : ['A', 'B'];
  return code.slice(0, -1) + (others[0] === last.toUpperCase() ? others[1] : others[0]);
}
