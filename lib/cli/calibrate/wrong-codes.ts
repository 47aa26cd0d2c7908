import type { Reply } from '../../providers/http/reply.js';
import { anotherCode, isOfOneForm } from './code.js';
import type { Conversation } from './conversation.js';
import { insist } from './insist.js';

/** Codes that were tried because they are wrong. */
export class WrongCodes {
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
