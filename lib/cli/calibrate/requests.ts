// Sends the requests of a calibration, and prints each reply.

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

/** The Modica account to calibrate. */
export interface Account {
  readonly baseUrl: string;
  /** Not a ModicaClient, which drops unknown fields and throws on undocumented replies. */
  readonly transport: Transport;
  /** The codes that the strategy accepts by default. */
  readonly codePattern: RegExp;
  readonly secrets: Secrets;
}

export class CalibrationClient {
  /** All replies so far. */
  readonly replies: Reply[] = [];
  readonly #account: Account;
  readonly #terminal: Terminal;

  constructor(account: Account, terminal: Terminal) {
    this.#account = account;
    this.#terminal = terminal;
  }

  async createChallenge(destination: string): Promise<RequestResult> {
    const result = await this.#post('/challenges', { destination });
    const isDocumented = (reply: Reply) =>
      reply.status === 201
        ? parseCreatedChallenge(reply) !== undefined
        : checkResult(reply) !== undefined;
    this.#print('New challenge', result, isDocumented);
    return result;
  }

  printTimes({ created, expires }: CreatedChallenge): void {
    const { secrets } = this.#account;
    this.#terminal.out(`  created: ${describeTime(created, secrets)}`);
    this.#terminal.out(`  expires: ${describeTime(expires, secrets)}`);
  }

  async checkCode(label: string, challengeId: string, code: string): Promise<RequestResult> {
    const result = await this.#post('/responses', { challenge_id: challengeId, code });
    this.#print(label, result, (reply) => checkResult(reply) !== undefined);
    return result;
  }

  /** Posts once: the transport retries only what provably never left this machine. */
  async #post(path: Call['path'], body: object): Promise<RequestResult> {
    try {
      return await this.#account.transport.call({ method: 'POST', path, body });
    } catch (error) {
      return asError(error);
    }
  }

  #print(label: string, result: RequestResult, isDocumented: (reply: Reply) => boolean): void {
    this.#terminal.out(`${label}: ${this.#describe(result, isDocumented)}`);
  }

  #describe(result: RequestResult, isDocumented: (reply: Reply) => boolean): string {
    if (result instanceof Error) return `no reply (${reasonOf(result)})`;
    this.replies.push(result);
    const description = describeReply(result, this.#account.secrets);
    // A 401 is documented without a body.
    const isKnown = result.status === 401 || isDocumented(result);
    return isKnown ? description : `${description}; not a documented reply`;
  }
}

/** The transport's error has the network's as its cause. */
function reasonOf({ cause }: Error): string {
  return asError(cause).message;
}

const tryLater = 'Try again later; contact Modica if this keeps happening.';

/**
 * Returns a reply that is about the request itself.
 *
 * @param sideEffect - what the request may have caused if the API received it
 * @throws {CalibrationError} without a reply, and for a 401, 429 or 5xx
 */
export function requireReply(result: RequestResult, sideEffect: string): Reply {
  if (result instanceof ProviderUnavailableError) {
    throw new CalibrationError({
      problem: `Modica could not be reached (${reasonOf(result)}).`,
      hint: 'Check your network, proxy and firewall, and MODICA_BASE_URL.',
    });
  }
  if (result instanceof Error) {
    throw new CalibrationError({
      problem: `Modica's reply was lost or timed out (${reasonOf(result)}); ${sideEffect}.`,
      hint: `The request is not retried. ${tryLater}`,
    });
  }
  const { status } = result;
  if (status === 401) {
    throw new CalibrationError({
      problem: 'Modica refused the credentials, or they lack permission.',
      hint: 'Check MODICA_USERNAME and MODICA_PASSWORD, and that your 2FA application is provisioned.',
    });
  }
  if (status === 429) {
    throw new CalibrationError({
      problem: 'Modica received too many requests and did not process this one.',
      hint: tryLater,
    });
  }
  if (status >= 500) {
    throw new CalibrationError({
      problem: `Modica replied ${status}; ${sideEffect}.`,
      hint: `The request is not retried. ${tryLater}`,
    });
  }
  return result;
}

/** Calibration failed; the message says why and what to do. */
export class CalibrationError extends Error {
  constructor({ problem, hint }: { readonly problem: string; readonly hint: string }) {
    super(`${problem} ${hint}`);
  }
}
