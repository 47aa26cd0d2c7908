// The command `calibrate`: finds out how an account replies, and prints the options for it.

import { z } from 'zod';
import { isDestination, maskDestination } from '../../phone-number.js';
import { basicToken } from '../../providers/http/basic-auth.js';
import { modicaTransport } from '../../providers/modica/client.js';
import { modicaClientSchema } from '../../providers/modica/options.js';
import { ModicaProvider } from '../../providers/modica/provider.js';
import type { Command, Environment } from '../command.js';
import { parseArguments } from '../command.js';
import type { Terminal } from '../terminal.js';
import { Secrets } from './output.js';
import { probeAccount } from './probe.js';
import { formatReport } from './report.js';
import { type Account, CalibrationError } from './requests.js';

const usage = `passport-modica-2fa calibrate --to <number> [--yes]

Finds out how your Modica account replies where the API documentation leaves it open, and prints the
options for your strategy. Sends one SMS, after asking for confirmation.

  --to +64211234567      the number of a phone that you have at hand, in international format
  --yes                  send the SMS without asking

Environment variables, as for your app:
  MODICA_USERNAME
  MODICA_PASSWORD
  MODICA_BASE_URL        'optus', or any https URL; default: Modica's own

Exit code: 0 for success, 1 for failure, 2 for invalid arguments.`;

const schema = z.object({
  to: z.custom<string>(isDestination, {
    error: 'must be a number in international format, for example +64211234567',
  }),
  yes: z.boolean().default(false),
});

export const calibrate: Command = {
  usage,
  async run(args, terminal, environment) {
    const options = parseArguments(
      args,
      { to: { type: 'string' }, yes: { type: 'boolean' } },
      schema,
    );
    if (typeof options === 'string') {
      terminal.error(`${options}\n\n${usage}`);
      return 2;
    }
    const { to, yes } = options;
    const account = readAccount(environment);
    if (typeof account === 'string') {
      terminal.error(account);
      return 2;
    }
    terminal.out(describePlan(to, account.baseUrl));
    try {
      if (!yes) await confirmSend(to, terminal);
      terminal.out(formatReport(await probeAccount(account, to, terminal)));
      return 0;
    } catch (error) {
      if (!(error instanceof CalibrationError)) throw error;
      terminal.error(`\n${error.message}`);
      return 1;
    }
  },
};

function describePlan(to: string, baseUrl: string): string {
  return `Requests to ${baseUrl}:
  1. send one SMS with a code to ${maskDestination(to)}, at the expense of your account
  2. check a wrong code
  3. check the code that you enter, twice
  4. check a code for a challenge that does not exist
`;
}

async function confirmSend(to: string, terminal: Terminal): Promise<void> {
  if (!terminal.isInteractive) {
    throw new CalibrationError({
      problem:
        'Standard input is not a terminal, so you cannot be asked to confirm; nothing was sent.',
      hint: 'Pass --yes to send it, and write the code to standard input.',
    });
  }
  const answer = await terminal.ask(`Send one SMS to ${maskDestination(to)}? [y/N] `);
  if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) {
    throw new CalibrationError({
      problem: 'Not confirmed; nothing was sent.',
      hint: 'Run the command again and answer y.',
    });
  }
}

const variableNames: ReadonlyMap<unknown, string> = new Map([
  ['username', 'MODICA_USERNAME'],
  ['password', 'MODICA_PASSWORD'],
  ['baseUrl', 'MODICA_BASE_URL'],
]);

/** Returns the account in the environment variables, or an error message. */
function readAccount(environment: Environment): Account | string {
  const parsed = modicaClientSchema.safeParse({
    username: environment['MODICA_USERNAME'],
    password: environment['MODICA_PASSWORD'],
    // An empty variable counts as unset.
    baseUrl: environment['MODICA_BASE_URL'] || undefined,
  });
  if (!parsed.success) {
    return parsed.error.issues
      .map(({ path, message }) => `${variableNames.get(path[0])} ${message}.`)
      .join('\n');
  }
  const { baseUrl, username, password } = parsed.data;
  const secrets = new Secrets([password, basicToken(username, password)]);
  const { codePattern } = new ModicaProvider(parsed.data);
  return { baseUrl, transport: modicaTransport(parsed.data), codePattern, secrets };
}
