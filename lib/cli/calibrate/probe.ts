// The probe of an account: one challenge, and wrong and correct codes for it.

import { randomInt, randomUUID } from 'node:crypto';
import type { Reply } from '../../providers/http/reply.js';
import type { Terminal } from '../terminal.js';
import type { Secrets } from './output.js';
import {
  type CreatedChallenge,
  checkResult,
  isMappable,
  isSameResult,
  parseCreatedChallenge,
  type RequestResult,
} from './replies.js';
import { type Account, CalibrationClient, CalibrationError, requireReply } from './requests.js';

/** How the account replied. */
export interface ProbeResult {
  readonly challenge: CreatedChallenge;
  /** The correct code, as the user entered it. */
  readonly code: string;
  /** The status of the correct code; no wrong code has it. */
  readonly acceptedStatus: string;
  readonly wrongCodeReplies: readonly Reply[];
  /** The result of posting the correct code again. */
  readonly reuse: RequestResult;
  /** The result of posting a code for a challenge that does not exist. */
  readonly unknownChallenge: RequestResult;
  /** All replies, in order. */
  readonly replies: readonly Reply[];
  readonly account: Account;
}

/**
 * Sends one SMS, and posts wrong and correct codes.
 *
 * @throws {CalibrationError} if the replies do not show which one means success
 */
export async function probeAccount(
  account: Account,
  destination: string,
  terminal: Terminal,
): Promise<ProbeResult> {
  const { secrets } = account;
  secrets.add(destination.slice(1));
  // The national number, in case a reply omits the country code.
  secrets.add(destination.slice(-7));
  const client = new CalibrationClient(account, terminal);
  const challenge = await createChallenge(client, destination);
  const probe = new CodeProbe(client, challenge.id, terminal, secrets);
  await probe.tryWrongCode('Wrong code', randomCode());
  const { code, reply } = await probe.promptForCode();
  const acceptedStatus = requireAcceptedStatus(reply, secrets);
  const reuse = await client.checkCode('Entered code, second use', challenge.id, code);
  const unknownChallenge = await client.checkCode(
    'Unknown challenge',
    randomUUID(),
    alteredCode(code),
  );
  if (!(unknownChallenge instanceof Error) && isSameResult(reply, unknownChallenge)) {
    throw indistinguishable();
  }
  return {
    challenge,
    code,
    acceptedStatus,
    wrongCodeReplies: probe.wrongCodeReplies,
    reuse,
    unknownChallenge,
    replies: client.replies,
    account,
  };
}

async function createChallenge(
  client: CalibrationClient,
  destination: string,
): Promise<CreatedChallenge> {
  const result = await client.createChallenge(destination);
  const reply = requireReply(result, 'an SMS may have been sent');
  if (reply.status === 400) {
    throw new CalibrationError({
      problem: 'Modica refused to send; no SMS was sent.',
      hint: 'Check that --to is a mobile number, and that your account may send to its country. The option "sendErrorVerdicts" maps errors like the one above.',
    });
  }
  const challenge = reply.status === 201 ? parseCreatedChallenge(reply) : undefined;
  if (challenge === undefined) {
    throw new CalibrationError({
      problem: `Modica replied ${reply.status} without a valid challenge.`,
      hint: 'Check that MODICA_BASE_URL is the base URI of the 2FA API.',
    });
  }
  client.printTimes(challenge);
  return challenge;
}

/** The second prompt is for a typing error, which the API treats as a wrong code. */
const prompts = [
  'Code from the SMS (press Enter if none arrived): ',
  'The API treated it as a wrong code. Enter the code again if you mistyped it (or press Enter): ',
];

/** Posts codes for one challenge. */
class CodeProbe {
  readonly #wrongCodes = new Map<string, Reply>();
  readonly #client: CalibrationClient;
  readonly #challengeId: string;
  readonly #terminal: Terminal;
  readonly #secrets: Secrets;

  constructor(
    client: CalibrationClient,
    challengeId: string,
    terminal: Terminal,
    secrets: Secrets,
  ) {
    this.#client = client;
    this.#challengeId = challengeId;
    this.#terminal = terminal;
    this.#secrets = secrets;
  }

  get wrongCodeReplies(): readonly Reply[] {
    return [...this.#wrongCodes.values()];
  }

  async tryWrongCode(label: string, code: string): Promise<void> {
    const result = await this.#client.checkCode(label, this.#challengeId, code);
    this.#wrongCodes.set(code, requireReply(result, 'the code may count as an attempt'));
  }

  async promptForCode(): Promise<{ readonly code: string; readonly reply: Reply }> {
    const entered = new Set<string>();
    for (const prompt of prompts) {
      const code = (await this.#terminal.ask(prompt))?.trim() ?? '';
      if (code === '' || entered.has(code)) break;
      entered.add(code);
      this.#secrets.add(code);
      if (this.#wrongCodes.has(code)) throw guessedByChance();
      // A wrong code in another format may be refused for its format alone.
      if (![...this.#wrongCodes.keys()].some((tried) => hasSameFormat(tried, code))) {
        await this.tryWrongCode('Wrong code in the same format', alteredCode(code));
      }
      const result = await this.#client.checkCode('Entered code', this.#challengeId, code);
      const reply = requireReply(result, 'the code may have been used');
      if (!this.wrongCodeReplies.some((wrong) => isSameResult(reply, wrong))) {
        return { code, reply };
      }
    }
    throw entered.size > 0 ? indistinguishable() : noCodeEntered();
  }
}

function noCodeEntered(): CalibrationError {
  return new CalibrationError({
    problem: 'No code was entered.',
    hint: 'If no SMS arrived, contact Modica with the request id of the challenge; otherwise run the command again.',
  });
}

function guessedByChance(): CalibrationError {
  return new CalibrationError({
    problem:
      'Your code happens to be the one that was posted as a wrong code, so the replies cannot be compared.',
    hint: 'Run the command again.',
  });
}

function indistinguishable(): CalibrationError {
  return new CalibrationError({
    problem:
      'Warning: a wrong code got the same reply as the correct one. Accepting it would accept any code.',
    hint: 'Run the command again if you mistyped the code; otherwise ask Modica how the replies differ, and quote the request ids.',
  });
}

/** @throws {CalibrationError} if the correct code was not accepted, or with a status that no option can list */
function requireAcceptedStatus(reply: Reply, secrets: Secrets): string {
  const result = checkResult(reply);
  if (result?.field !== 'status') {
    throw new CalibrationError({
      problem:
        'The code that you entered did not get the documented reply to a correct code, which is 201 with a status.',
      hint: 'Run the command again and enter the code of the latest SMS promptly; if that does not help, contact Modica with the request ids.',
    });
  }
  if (!isMappable(result.value, secrets)) {
    throw new CalibrationError({
      problem:
        'The status of the correct code cannot be used in an option: it is empty, too long, or repeats the request.',
      hint: 'Contact Modica with the request ids.',
    });
  }
  return result.value;
}

interface CodeFormat {
  readonly length: number;
  readonly alphabet: 'digits' | 'letters' | 'letters and digits' | 'other characters';
}

export function formatOf(code: string): CodeFormat {
  return { length: code.length, alphabet: alphabetOf(code) };
}

function alphabetOf(code: string): CodeFormat['alphabet'] {
  if (/^[0-9]+$/.test(code)) return 'digits';
  if (/^[A-Za-z]+$/.test(code)) return 'letters';
  if (/^[0-9A-Za-z]+$/.test(code)) return 'letters and digits';
  return 'other characters';
}

function hasSameFormat(one: string, other: string): boolean {
  const [first, second] = [formatOf(one), formatOf(other)];
  return first.length === second.length && first.alphabet === second.alphabet;
}

/** Six digits: the most common format. The documentation does not specify one. */
function randomCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** A wrong code in the same format: the last character is replaced. */
function alteredCode(code: string): string {
  const last = code.slice(-1);
  const others = /[0-9]/.test(last) ? ['0', '1'] : ['A', 'B'];
  return code.slice(0, -1) + (others[0] === last.toUpperCase() ? others[1] : others[0]);
}
