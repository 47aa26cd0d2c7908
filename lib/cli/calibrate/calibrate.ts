import { z } from 'zod';
import { isDestination, maskDestination } from '../../phone-number.js';
import { basicToken, modicaTransport } from '../../providers/modica/client.js';
import { clientSchema } from '../../providers/modica/options.js';
import { ModicaProvider } from '../../providers/modica/provider.js';
import type { Command, Environment } from '../command.js';
import { parseArguments } from '../command.js';
import type { Terminal } from '../terminal.js';
import { Secrets } from './output.js';
import { probeAccount } from './probe.js';
import { formatReport } from './report.js';
import { type Account, CalibrationError } from './requests.js';

const usage = `passport-modica-2fa calibrate --to <number> [--yes]

Finds out what your account at Modica answers where its API document leaves it open, and prints the
options to paste. It sends one SMS, and asks before it does.

  --to +64211234567      a phone that you have at hand, in international format
  --yes                  send the SMS without asking

From the environment, as your app has them:
  MODICA_USERNAME
  MODICA_PASSWORD
  MODICA_BASE_URL        unset for Modica itself; 'optus', or any https URL

It ends with 0 when it could tell, with 1 when it could not, with 2 when it was called wrongly.`;

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
      const trial = await probeAccount(account, to, terminal);
      terminal.out(formatReport(trial));
      return 0;
    } catch (error) {
      if (!(error instanceof CalibrationError)) throw error;
      terminal.error(`\n${error.message}`);
      return 1;
    }
  },
};

function describePlan(to: string, baseUrl: string): string {
  return `This asks ${baseUrl}
  1. to send one SMS with a code to ${maskDestination(to)}, which your account pays for;
  2. whether a wrong code is right;
  3. whether the code is right that you will be asked for, and whether it still is when used again;
  4. whether a code is right for a challenge that does not exist.
`;
}

async function confirmSend(to: string, terminal: Terminal): Promise<void> {
  if (!terminal.isInteractive) {
    throw new CalibrationError({
      problem: 'There is no terminal to ask at whether an SMS may be sent; nothing was sent.',
      hint: 'Say --yes if it may, and give the code on standard input.',
    });
  }
  const answer = await terminal.ask(`Send one SMS to ${maskDestination(to)}? [y/N] `);
  if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) {
    throw new CalibrationError({
      problem: 'You did not say yes; nothing was sent.',
      hint: 'Run it again when you like.',
    });
  }
}

const variableNames: ReadonlyMap<unknown, string> = new Map([
  ['username', 'MODICA_USERNAME'],
  ['password', 'MODICA_PASSWORD'],
  ['baseUrl', 'MODICA_BASE_URL'],
]);

/** The account that the environment names, or what is wrong with it. */
function readAccount(environment: Environment): Account | string {
  const parsed = clientSchema.safeParse({
    username: environment['MODICA_USERNAME'],
    password: environment['MODICA_PASSWORD'],
    // A variable that is set to nothing is not set.
    baseUrl: environment['MODICA_BASE_URL'] || undefined,
  });
  if (!parsed.success) {
    return parsed.error.issues
      .map(({ path, message }) => `${variableNames.get(path[0])} ${message}.`)
      .join('\n');
  }
  const { baseUrl, password } = parsed.data;
  const secrets = new Secrets([password, basicToken(parsed.data)]);
  const { codePattern } = new ModicaProvider(parsed.data);
  return { baseUrl, transport: modicaTransport(parsed.data), codePattern, secrets };
}
