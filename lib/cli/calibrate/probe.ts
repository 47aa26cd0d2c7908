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

/** What an account answered, when it could be told what it means. */
export interface ProbeResult {
  readonly challenge: CreatedChallenge;
  readonly code: string;
  /** The status of the right code, and of no other. */
  readonly acceptedStatus: string;
  /** To wrong codes. */
  readonly wrongCodeReplies: readonly Reply[];
  /** To the right code, once more. */
  readonly reuse: RequestResult;
  /** To a code for a challenge that does not exist. */
  readonly unknownChallenge: RequestResult;
  /** All of them. */
  readonly replies: readonly Reply[];
  readonly account: Account;
}

/**
 * One SMS, and what the codes are worth.
 *
 * @throws {CalibrationError}
 */
export async function probeAccount(
  account: Account,
  destination: string,
  terminal: Terminal,
): Promise<ProbeResult> {
  const { secrets } = account;
  secrets.add(destination.slice(1));
  // As it may be written without its country code.
  secrets.add(destination.slice(-7));
  const client = new CalibrationClient(account, terminal);
  const challenge = await createChallenge(client, destination);
  const probe = new CodeProbe(client, challenge.id, terminal, secrets);
  await probe.tryWrongCode('A wrong code', randomCode());
  const { code, reply } = await probe.promptForCode();
  const acceptedStatus = requireAcceptedStatus(reply, secrets);
  const reuse = await client.checkCode('The right code again', challenge.id, code);
  const unknownChallenge = await client.checkCode(
    'A code for a challenge that does not exist',
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
  const answer = await client.createChallenge(destination);
  const reply = requireReply(answer, 'an SMS may have been sent');
  if (reply.status === 400) {
    throw new CalibrationError({
      problem: 'Modica refused to send; no SMS was sent.',
      hint: 'Its word is above: check that --to is a mobile phone, and that your account may text its country. The option "sendErrorVerdicts" says what such a word means.',
    });
  }
  const created = reply.status === 201 ? parseCreatedChallenge(reply) : undefined;
  if (created === undefined) {
    throw new CalibrationError({
      problem: `Modica answered ${reply.status} with something that is no challenge.`,
      hint: 'Check that MODICA_BASE_URL is the base URI of the 2FA API.',
    });
  }
  client.printTimes(created);
  return created;
}

/** Asked for a second time where the first may have been mistyped. */
const prompts = [
  'The code in the SMS (Enter alone if none came): ',
  'That was answered like a wrong code. If you mistyped it, the code (Enter alone if not): ',
];

/** The codes that are tried for one challenge. */
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
    this.#wrongCodes.set(code, requireReply(result, 'the code may count as tried'));
  }

  /** The code that the user has got, and what it was answered. */
  async promptForCode(): Promise<{ readonly code: string; readonly reply: Reply }> {
    const entered = new Set<string>();
    for (const prompt of prompts) {
      const code = (await this.#terminal.ask(prompt))?.trim() ?? '';
      if (code === '' || entered.has(code)) break;
      entered.add(code);
      this.#secrets.add(code);
      if (this.#wrongCodes.has(code)) throw guessedByChance();
      // A code of another form may be refused for its form alone.
      if (![...this.#wrongCodes.keys()].some((tried) => hasSameFormat(tried, code))) {
        await this.tryWrongCode('A wrong code of that form', alteredCode(code));
      }
      const result = await this.#client.checkCode('The right code', this.#challengeId, code);
      const reply = requireReply(result, 'the code may be used');
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
    hint: 'If no SMS came, quote the request id of the challenge to Modica; otherwise run it again.',
  });
}

function guessedByChance(): CalibrationError {
  return new CalibrationError({
    problem:
      'By chance your code is the one that was tried as a wrong one, so its answer was that to the right one.',
    hint: 'Run it again.',
  });
}

function indistinguishable(): CalibrationError {
  return new CalibrationError({
    problem:
      'Warning: a wrong code and the right one were answered alike, so nothing may be accepted: any code would let in whoever knows a password.',
    hint: 'Run it again if you mistyped the code; otherwise ask Modica how they differ, and quote the request ids.',
  });
}

/**
 * The status that means yes.
 *
 * @throws {CalibrationError} where the right code was not answered with one
 */
function requireAcceptedStatus(right: Reply, secrets: Secrets): string {
  const said = checkResult(right);
  if (said?.field !== 'status') {
    throw new CalibrationError({
      problem:
        'The code that you entered was not accepted as the document says, which is 201 with a status.',
      hint: 'Run it again, and enter the code of the newest SMS soon after it comes; quote the request ids to Modica if that does not help.',
    });
  }
  if (!isMappable(said.value, secrets)) {
    throw new CalibrationError({
      problem:
        'The status of the right code is no word that an option could name: it is empty, long, or quotes what was posted.',
      hint: 'Quote the request ids to Modica.',
    });
  }
  return said.value;
}

/** What a code looks like. */
interface CodeFormat {
  readonly length: number;
  readonly alphabet: 'digits' | 'letters' | 'letters and digits' | 'other characters';
}

export function formatOf(code: string): CodeFormat {
  return { length: code.length, alphabet: characterSetOf(code) };
}

function characterSetOf(code: string): CodeFormat['alphabet'] {
  if (/^[0-9]+$/.test(code)) return 'digits';
  if (/^[A-Za-z]+$/.test(code)) return 'letters';
  if (/^[0-9A-Za-z]+$/.test(code)) return 'letters and digits';
  return 'other characters';
}

function hasSameFormat(one: string, other: string): boolean {
  const [first, second] = [formatOf(one), formatOf(other)];
  return first.length === second.length && first.alphabet === second.alphabet;
}

/** The usual form: the document does not say which it is. */
function randomCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** A wrong one of the same form: another digit or letter in the last place. */
function alteredCode(code: string): string {
  const last = code.slice(-1);
  const others = /[0-9]/.test(last) ? ['0', '1'] : ['A', 'B'];
  return code.slice(0, -1) + (others[0] === last.toUpperCase() ? others[1] : others[0]);
}
