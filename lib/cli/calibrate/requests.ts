import { asError, ProviderUnavailableError } from '../../errors.js';
import type { Reply } from '../../providers/http/reply.js';
import type { Call, Transport } from '../../providers/http/transport.js';
import type { Terminal } from '../terminal.js';
import type { Secrets } from './output.js';
import {
  type CreatedChallenge,
  checkResult,
  describeReply,
  describeTime,
  parseCreatedChallenge,
  type RequestResult,
} from './replies.js';

/** Asks the API, and tells the user what it answers as it comes. */
export class CalibrationClient {
  readonly replies: Reply[] = [];
  readonly #account: Account;
  readonly #terminal: Terminal;

  constructor(account: Account, terminal: Terminal) {
    this.#account = account;
    this.#terminal = terminal;
  }

  async createChallenge(destination: string): Promise<RequestResult> {
    const answer = await post(this.#account, '/challenges', { destination });
    const isDocumented = (reply: Reply) =>
      reply.status === 201
        ? parseCreatedChallenge(reply) !== undefined
        : checkResult(reply) !== undefined;
    this.#print('A challenge', answer, isDocumented);
    return answer;
  }

  printTimes({ created, expires }: CreatedChallenge): void {
    const { secrets } = this.#account;
    this.#terminal.out(`  created: ${describeTime(created, secrets)}`);
    this.#terminal.out(`  expires: ${describeTime(expires, secrets)}`);
  }

  async checkCode(which: string, challengeId: string, code: string): Promise<RequestResult> {
    const answer = await post(this.#account, '/responses', { challenge_id: challengeId, code });
    this.#print(which, answer, (reply) => checkResult(reply) !== undefined);
    return answer;
  }

  /** What the user enters; empty when there is nothing. */
  async enter(question: string): Promise<string> {
    const line = await this.#terminal.ask(question);
    return line?.trim() ?? '';
  }

  #print(subject: string, answer: RequestResult, isDocumented: (reply: Reply) => boolean): void {
    if (answer.kind === 'reply') this.replies.push(answer.reply);
    this.#terminal.out(`${subject}: ${this.#describe(answer, isDocumented)}`);
  }

  #describe(answer: RequestResult, isDocumented: (reply: Reply) => boolean): string {
    if (answer.kind !== 'reply') return `no answer (${answer.reason})`;
    const { reply } = answer;
    const described = describeReply(reply, this.#account.secrets);
    // The document knows the 401, and no word of its body.
    const known = reply.status === 401 || isDocumented(reply);
    return known ? described : `${described}; the document knows no such answer`;
  }
}

/** The account that is asked. */
export interface Account {
  readonly baseUrl: string;
  /**
   * Not a ModicaClient: that one drops the texts of a reply and throws where it is undocumented, and
   * both are what is looked for.
   */
  readonly transport: Transport;
  /** What the strategy takes for a code. */
  readonly codePattern: RegExp;
  readonly secrets: Secrets;
}

/** Posts once. The transport repeats what provably never left, and nothing else does. */
async function post(
  { transport }: Account,
  path: Call['path'],
  body: object,
): Promise<RequestResult> {
  try {
    return { kind: 'reply', reply: await transport.call({ method: 'POST', path, body }) };
  } catch (error) {
    const kind = error instanceof ProviderUnavailableError ? 'unreachable' : 'lost';
    return { kind, reason: asError(asError(error).cause).message };
  }
}

const hints = {
  reach: 'Check the network, a proxy, a firewall, and MODICA_BASE_URL.',
  credentials:
    'Check MODICA_USERNAME and MODICA_PASSWORD, and that the 2FA application is provisioned.',
  later: 'Run it again later; ask Modica if this is frequent.',
};

/**
 * The reply that the rest depends on.
 *
 * @param sideEffect - what the request may have cost, should nobody know whether it was received
 * @throws {CalibrationError} where there is none, or one that says nothing of the request itself
 */
export function requireReply(answer: RequestResult, sideEffect: string): Reply {
  if (answer.kind === 'unreachable') {
    throw new CalibrationError({
      problem: `Modica could not be reached (${answer.reason}).`,
      hint: hints.reach,
    });
  }
  if (answer.kind === 'lost') {
    throw new CalibrationError({
      problem: `Modica's answer was lost or came too late (${answer.reason}); ${sideEffect}.`,
      hint: `The request is not repeated. ${hints.later}`,
    });
  }
  const { status } = answer.reply;
  if (status === 401) {
    throw new CalibrationError({
      problem: 'Modica refuses these credentials, or they lack permission.',
      hint: hints.credentials,
    });
  }
  if (status === 429) {
    throw new CalibrationError({
      problem: 'Modica has had too many requests and did not look at this one.',
      hint: hints.later,
    });
  }
  if (status >= 500) {
    throw new CalibrationError({
      problem: `Modica answered ${status}; ${sideEffect}.`,
      hint: `The request is not repeated. ${hints.later}`,
    });
  }
  return answer.reply;
}

/** Why nothing can be said of the account, and what would put that right. */
export class CalibrationError extends Error {
  constructor({ problem, hint }: { readonly problem: string; readonly hint: string }) {
    super(`${problem} ${hint}`);
  }
}
