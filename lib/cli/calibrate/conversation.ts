import type { Reply } from '../../providers/http/reply.js';
import type { Terminal } from '../terminal.js';
import type { Account } from './account.js';
import { type Answer, post } from './answer.js';
import { type Created, readCreated } from './created.js';
import { describeReply, describeTime } from './describe.js';
import { saidBy } from './said.js';

/** Asks the API, and tells the user what it answers as it comes. */
export class Conversation {
  readonly replies: Reply[] = [];
  readonly #account: Account;
  readonly #terminal: Terminal;

  constructor(account: Account, terminal: Terminal) {
    this.#account = account;
    this.#terminal = terminal;
  }

  async createChallenge(destination: string): Promise<Answer> {
    const answer = await post(this.#account, '/challenges', { destination });
    const isDocumented = (reply: Reply) =>
      reply.status === 201 ? readCreated(reply) !== undefined : saidBy(reply) !== undefined;
    this.#tell('A challenge', answer, isDocumented);
    return answer;
  }

  tellTimes({ created, expires }: Created): void {
    const { secrets } = this.#account;
    this.#terminal.out(`  created: ${describeTime(created, secrets)}`);
    this.#terminal.out(`  expires: ${describeTime(expires, secrets)}`);
  }

  async checkCode(which: string, challengeId: string, code: string): Promise<Answer> {
    const answer = await post(this.#account, '/responses', { challenge_id: challengeId, code });
    this.#tell(which, answer, (reply) => saidBy(reply) !== undefined);
    return answer;
  }

  /** What the user enters; empty when there is nothing. */
  async enter(question: string): Promise<string> {
    const line = await this.#terminal.ask(question);
    return line?.trim() ?? '';
  }

  #tell(subject: string, answer: Answer, isDocumented: (reply: Reply) => boolean): void {
    if (answer.kind === 'reply') this.replies.push(answer.reply);
    this.#terminal.out(`${subject}: ${this.#describe(answer, isDocumented)}`);
  }

  #describe(answer: Answer, isDocumented: (reply: Reply) => boolean): string {
    if (answer.kind !== 'reply') return `no answer (${answer.reason})`;
    const { reply } = answer;
    const described = describeReply(reply, this.#account.secrets);
    // The document knows the 401, and no word of its body.
    const known = reply.status === 401 || isDocumented(reply);
    return known ? described : `${described}; the document knows no such answer`;
  }
}
