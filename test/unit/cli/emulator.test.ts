import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProviderCredentialsError } from '../../../lib/errors.js';
import { InfobipProvider } from '../../../lib/providers/infobip/provider.js';
import { ModicaProvider } from '../../../lib/providers/modica/provider.js';
import { NexmoProvider } from '../../../lib/providers/nexmo/provider.js';
import type { Provider } from '../../../lib/providers/provider.js';
import { mobile } from '../../fixtures/modica.js';
import { type Run, run } from './run.js';

/** Parses the printed environment variables. */
function environmentOf(program: Run): Readonly<Record<string, string>> {
  const lines = program.stdout.lines.slice(1, -1);
  return Object.fromEntries(lines.map((line) => line.replace(/^export /, '').split('=')));
}

/** Starts the emulator and waits until it listens. */
async function startEmulator(...args: readonly string[]) {
  const program = run(['emulator', '--port', '0', ...args]);
  await program.stdout.contains('Press Ctrl-C to stop.\n');
  return { program, environment: environmentOf(program) };
}

const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);

type Variables = Readonly<Record<string, string | undefined>>;

/** Each provider, created from the environment variables as in an app. */
const apps: readonly [string, (environment: Variables) => Provider][] = [
  [
    'modica',
    (environment) =>
      new ModicaProvider({
        baseUrl: environment['MODICA_BASE_URL'],
        username: environment['MODICA_USERNAME'],
        password: environment['MODICA_PASSWORD'],
      }),
  ],
  [
    'infobip',
    (environment) =>
      new InfobipProvider({
        baseUrl: environment['INFOBIP_BASE_URL'],
        apiKey: environment['INFOBIP_API_KEY'],
        applicationId: environment['INFOBIP_APPLICATION_ID'],
        messageId: environment['INFOBIP_MESSAGE_ID'],
      }),
  ],
  [
    'nexmo',
    (environment) =>
      new NexmoProvider({
        baseUrl: environment['NEXMO_BASE_URL'],
        conversionBaseUrl: environment['NEXMO_CONVERSION_BASE_URL'],
        apiKey: environment['NEXMO_API_KEY'],
        apiSecret: environment['NEXMO_API_SECRET'],
      }),
  ],
];

function appNamed(name: string): (environment: Variables) => Provider {
  const app = apps.find(([provider]) => provider === name);
  if (app === undefined) throw new Error(`Unknown provider ${name}`);
  return app[1];
}

/** Nexmo's short code only reaches phones in the US. */
function phoneFor(name: string): string {
  return name === 'nexmo' ? '+12125551234' : mobile;
}

describe('The emulator command', () => {
  it.each(apps)(
    'with --provider %s prints working environment variables, and each SMS as a line that ends in its code',
    async (name, appOf) => {
      const { program, environment } = await startEmulator('--provider', name);
      const app = appOf(environment);
      const destination = phoneFor(name);
      const sent = await app.send(destination, undefined);
      await program.stdout.contains(/ code=\d+\n$/);
      const [line = ''] = program.stdout.lines.slice(-1);
      expect(line).toMatch(/^\S+Z to=\+\d+ text=".*\d{6}.*" code=\d{6}$/);
      expect(line).toContain(`to=${destination} `);
      const reference = sent.kind === 'sent' ? sent.reference : '';
      const check = await app.check(reference, line.split('code=').at(-1) ?? '');
      expect(check.verdict).toBe('accepted');
      program.interrupt();
      expect(await program.exitCode).toBe(0);
      await expect(appOf(environment).send(destination, undefined)).rejects.toThrow();
    },
  );

  it('emulates Modica by default', async () => {
    const { program, environment } = await startEmulator();
    expect(program.stdout.lines[0]).toBe(
      "Emulating Modica's 2FA REST API. Environment variables for your app:",
    );
    expect(environment).toEqual({
      MODICA_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/rest\/2fa$/),
      MODICA_USERNAME: 'emulator',
      MODICA_PASSWORD: 'emulator',
    });
  });

  it('prints the environment variables of Infobip and Nexmo', async () => {
    const infobip = await startEmulator('--provider', 'infobip');
    expect(infobip.program.stdout.lines[0]).toMatch(/^Emulating Infobip's 2FA API\./);
    expect(infobip.environment).toEqual({
      INFOBIP_BASE_URL: url,
      INFOBIP_API_KEY: 'emulator',
      INFOBIP_APPLICATION_ID: expect.stringMatching(/^\w+$/),
      INFOBIP_MESSAGE_ID: expect.stringMatching(/^\w+$/),
    });
    const nexmo = await startEmulator('--provider', 'nexmo');
    expect(nexmo.program.stdout.lines[0]).toMatch(/^Emulating Nexmo's US short-code 2FA API\./);
    expect(nexmo.environment).toEqual({
      NEXMO_BASE_URL: url,
      NEXMO_CONVERSION_BASE_URL: url,
      NEXMO_API_KEY: 'emulator',
      NEXMO_API_SECRET: 'emulator',
    });
  });

  it.each([
    ['modica', '--password', 'MODICA_PASSWORD'],
    ['infobip', '--api-key', 'INFOBIP_API_KEY'],
    ['nexmo', '--api-secret', 'NEXMO_API_SECRET'],
  ])(
    'with --provider %s %s accepts another secret, and does not print it',
    async (name, option, variable) => {
      const { program, environment } = await startEmulator(
        '--provider',
        name,
        option,
        'canary-secret',
      );
      expect(environment[variable]).toBe('***');
      const sendWith = (secret: string) =>
        appNamed(name)({ ...environment, [variable]: secret }).send(phoneFor(name), undefined);
      await expect(sendWith('another')).rejects.toBeInstanceOf(ProviderCredentialsError);
      await sendWith('canary-secret');
      await program.stdout.contains(/ code=\d+\n$/);
      expect(program.output).not.toContain('canary-secret');
    },
  );

  it.each([
    ['modica', '--username', 'MODICA_USERNAME'],
    ['nexmo', '--api-key', 'NEXMO_API_KEY'],
  ])('with --provider %s %s accepts another name', async (name, option, variable) => {
    const { environment } = await startEmulator('--provider', name, option, 'my-app');
    expect(environment[variable]).toBe('my-app');
  });

  it.each(['modica', 'infobip'])(
    'with --provider %s --code-length 8 sends codes of that length',
    async (name) => {
      const { program, environment } = await startEmulator(
        '--provider',
        name,
        '--code-length',
        '8',
      );
      await appNamed(name)(environment).send(mobile, undefined);
      await program.stdout.contains(/ code=\d{8}\n$/);
    },
  );

  it.each([
    ['error', 'exhausted'],
    ['status', 'used'],
  ])(
    'with --wrong-code %s replies to a wrong code with that field (mapped to %s here)',
    async (mode, expected) => {
      const { environment } = await startEmulator('--wrong-code', mode);
      const app = new ModicaProvider({
        baseUrl: environment['MODICA_BASE_URL'],
        username: 'emulator',
        password: 'emulator',
        errorVerdicts: { invalid_code: 'exhausted' },
        statusVerdicts: { invalid: 'used' },
      });
      const sent = await app.send(mobile);
      const { verdict } = await app.check(sent.kind === 'sent' ? sent.reference : '', 'wrong');
      expect(verdict).toBe(expected);
    },
  );

  it('prints a text of several lines as one line', async () => {
    const { program, environment } = await startEmulator();
    await appNamed('modica')(environment).send(mobile, 'Hi\n%(code)s');
    await program.stdout.contains(/ text="Hi\\n\d{6}" code=\d{6}\n$/);
  });

  it('exits with 1 when the port is in use, and suggests --port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = Object(other.address());
    const program = run(['emulator', '--port', String(port)]);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.lines).toEqual([
      `Cannot listen on 127.0.0.1:${port}: the port is in use. Stop the process that uses it, or choose another port with --port`,
    ]);
  });

  it('exits with 1 when it cannot listen on the address, and prints the reason', async () => {
    const program = run(['emulator', '--host', '192.0.2.1', '--port', '0']);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toMatch(/^Cannot listen on 192\.0\.2\.1:0: Error/);
  });

  it.each([
    [['--port', 'many'], '--port: must be a whole number from 0 to 65535'],
    [['--port', '70000'], '--port: must be a whole number from 0 to 65535'],
    [['--port', '80.5'], '--port: must be a whole number from 0 to 65535'],
    [['--wrong-code', 'maybe'], '--wrong-code: must be error or status'],
    [['--code-length', '2'], '--code-length: must be a whole number from 4 to 12'],
    [['--username', 'a:b'], '--username'],
    [['--pasword', 'x'], '--pasword'],
    [['--provider', 'twilio'], '--provider: must be one of modica, infobip, nexmo'],
    [['--provider'], '--provider'],
    [['--provider', 'infobip', '--api-key', 'a b'], '--api-key'],
    [['--provider', 'infobip', '--wrong-code', 'status'], '--wrong-code'],
    [['--provider', 'nexmo', '--api-secret', ''], '--api-secret: must not be empty'],
    [['--provider', 'nexmo', '--code-length', '4'], '--code-length'],
  ])('exits with 2 for %j, and names the option', async (args, name) => {
    const program = run(['emulator', ...args]);
    expect(await program.exitCode).toBe(2);
    expect(program.stderr.text.split('\n\n')[0]).toContain(name);
    expect(program.stderr.text).toContain('--code-length 6');
  });
});
