import type { Transport } from '../../providers/http/transport.js';
import { basicToken, modicaTransport } from '../../providers/modica/client.js';
import { clientSchema } from '../../providers/modica/options.js';
import { ModicaProvider } from '../../providers/modica/provider.js';
import type { Environment } from '../command.js';
import { Secrets } from './secrets.js';

/** The account that is asked. */
export interface Account {
  readonly baseUrl: string;
  /**
   * Not a ModicaClient: that one drops the texts of a reply and throws where it is undocumented, and
   * both are what is looked for.
   */
  readonly transport: Transport;
  /** What the strategy takes for a code. */
  readonly codeForm: RegExp;
  readonly secrets: Secrets;
}

const variables: ReadonlyMap<unknown, string> = new Map([
  ['username', 'MODICA_USERNAME'],
  ['password', 'MODICA_PASSWORD'],
  ['baseUrl', 'MODICA_BASE_URL'],
]);

/** The account that the environment names, or what is wrong with it. */
export function readAccount(environment: Environment): Account | string {
  const parsed = clientSchema.safeParse({
    username: environment['MODICA_USERNAME'],
    password: environment['MODICA_PASSWORD'],
    // A variable that is set to nothing is not set.
    baseUrl: environment['MODICA_BASE_URL'] || undefined,
  });
  if (!parsed.success) {
    return parsed.error.issues
      .map(({ path, message }) => `${variables.get(path[0])} ${message}.`)
      .join('\n');
  }
  const { baseUrl, password } = parsed.data;
  const secrets = new Secrets([password, basicToken(parsed.data)]);
  const { codeForm } = new ModicaProvider(parsed.data);
  return { baseUrl, transport: modicaTransport(parsed.data), codeForm, secrets };
}
