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
    const result = await post(this.#account, '/challenges', { destination });
    const isDocumented = (reply: Reply) =>
      reply.status === 201
        ? parseCreatedChallenge(reply) !== undefined
        : checkResult(reply) !== undefined;
    this.#print('A challenge', result, isDocumented);
    return result;
  }

  printTimes({ created, expires }: CreatedChallenge): void {
    const { secrets } = this.#account;
    this.#terminal.out(`  created: ${describeTime(created, secrets)}`);
    this.#terminal.out(`  expires: ${describeTime(expires, secrets)}`);
  }

  async checkCode(label: string, challengeId: string, code: string): Promise<RequestResult> {
    const result = await post(this.#account, '/responses', { challenge_id: challengeId, code });
    this.#print(label, result, (reply) => checkResult(reply) !== undefined);
    return result;
  }

  #print(label: string, result: RequestResult, isDocumented: (reply: Reply) => boolean): void {
    this.#terminal.out(`${label}: ${this.#describe(result, isDocumented)}`);
  }

  #describe(result: RequestResult, isDocumented: (reply: Reply) => boolean): string {
    if (result instanceof Error) return `no answer (${reasonOf(result)})`;
    this.replies.push(result);
    const described = describeReply(result, this.#account.secrets);
    // The document knows the 401, and no word of its body.
    const known = result.status === 401 || isDocumented(result);
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
    return await transport.call({ method: 'POST', path, body });
  } catch (error) {
    return asError(error);
  }
}

function reasonOf({ cause }: Error): string {
  return asError(cause).message;
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
export function requireReply(result: RequestResult, sideEffect: string): Reply {
  if (result instanceof ProviderUnavailableError) {
    throw new CalibrationError({
      problem: `Modica could not be reached (${reasonOf(result)}).`,
      hint: hints.reach,
    });
  }
  if (result instanceof Error) {
    throw new CalibrationError({
      problem: `Modica's answer was lost or came too late (${reasonOf(result)}); ${sideEffect}.`,
      hint: `The request is not repeated. ${hints.later}`,
    });
  }
  const { status } = result;
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
  return result;
}

/** Why nothing can be said of the account, and what would put that right. */
export class CalibrationError extends Error {
  constructor({ problem, hint }: { readonly problem: string; readonly hint: string }) {
    super(`${problem} ${hint}`);
  }
}
