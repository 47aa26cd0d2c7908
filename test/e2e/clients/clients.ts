import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** A client of Modica's document, kept in the file beside this one as it stands there. */
export interface Client {
  readonly name: string;
  /** What this machine lacks to run it. */
  readonly lacks: string | undefined;
  /** Commands to run once, before the first. */
  readonly before: readonly (readonly string[])[];
  /** The command line that its arguments follow. */
  readonly command: readonly string[];
}

/** Milliseconds: a bound for a command that hangs. */
const timeout = 300_000;

function probe(command: string, args: readonly string[], prints = /^/): boolean {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout });
  return status === 0 && prints.test(stdout);
}

const file = (name: string) => path.resolve('test/e2e/clients', name);

/** The clients, made to trust a certificate; what that takes is written into `directory`. */
export function clientsThatTrust(cert: string, directory: string): readonly Client[] {
  const store = path.join(directory, 'truststore.p12');
  const password = 'changeit';
  return [
    {
      name: 'curl',
      lacks: probe('curl', ['--version'], /https/) ? undefined : 'curl',
      before: [],
      command: ['sh', file('curl.sh')],
    },
    {
      name: 'JavaScript',
      lacks: undefined,
      before: [],
      command: [process.execPath, file('fetch.mjs')],
    },
    {
      name: 'Python',
      lacks: probe('python3', ['-c', 'import requests']) ? undefined : 'python3 with requests',
      before: [],
      command: ['python3', file('python.py')],
    },
    {
      name: 'PHP',
      lacks: probe('php', ['-m'], /^curl$/m) ? undefined : 'php with its curl extension',
      before: [],
      // PHP 8.5 deprecates curl_close() and, left to itself, says so on stdout.
      command: [
        ...['php', '-d', 'display_errors=stderr', '-d', `curl.cainfo=${cert}`],
        file('client.php'),
      ],
    },
    {
      name: 'Ruby',
      lacks: probe('ruby', ['-e', 'require "net/https"']) ? undefined : 'ruby',
      before: [],
      command: ['ruby', file('client.rb')],
    },
    {
      name: 'Java',
      // The document's text blocks need version 15.
      lacks: probe('javac', ['--version'], /^javac (1[5-9]|[2-9]\d)/)
        ? undefined
        : 'JDK 15 or later',
      before: [
        [
          ...['keytool', '-importcert', '-noprompt', '-file', cert, '-alias', 'front'],
          ...['-keystore', store, '-storetype', 'PKCS12', '-storepass', password],
        ],
        ['javac', '-d', directory, file('Client.java')],
      ],
      command: [
        'java',
        `-Djavax.net.ssl.trustStore=${store}`,
        `-Djavax.net.ssl.trustStorePassword=${password}`,
        ...['-cp', directory, 'Client'],
      ],
    },
  ];
}

const start = promisify(execFile);

/** What a command prints; an error that holds its stderr if it fails or takes too long. */
export async function run(
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await start(command, args, {
    env: { ...process.env, ...env },
    timeout,
    killSignal: 'SIGKILL',
  });
  return stdout;
}
