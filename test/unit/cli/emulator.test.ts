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

/** What it tells to export. */
function environmentOf(program: Run): Readonly<Record<string, string>> {
  const lines = program.stdout.lines.slice(1, -1);
  return Object.fromEntries(lines.map((line) => line.replace(/^export /, '').split('=')));
}

/** Runs it until it can be asked. */
async function emulating(...args: readonly string[]) {
  const program = run(['emulator', '--port', '0', ...args]);
  await program.stdout.contains('Ctrl-C ends it.\n');
  return { program, environment: environmentOf(program) };
}

const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);

type Account = Readonly<Record<string, string | undefined>>;

/** Each provider as an app makes it from what the program says. */
const apps: readonly [string, (environment: Account) => Provider][] = [
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

function appNamed(name: string): (environment: Account) => Provider {
  const app = apps.find(([provider]) => provider === name);
  if (app === undefined) throw new Error(`There is no app for ${name}`);
  return app[1];
}

/** Nexmo's short code reaches phones in the US alone. */
function phoneFor(name: string): string {
  return name === 'nexmo' ? '+12125551234' : mobile;
}

describe('passport-modica-2fa emulator', () => {
  it.each(apps)(
    '%s: what it says is what an app must be told; each SMS is a line that ends in its code',
    async (name, appOf) => {
      const { program, environment } = await emulating('--provider', name);
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

  it('is that of Modica where nothing is said', async () => {
    const { program, environment } = await emulating();
    expect(program.stdout.lines[0]).toBe("Modica's 2FA REST API is emulated on this machine:");
    expect(environment).toEqual({
      MODICA_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/rest\/2fa$/),
      MODICA_USERNAME: 'emulator',
      MODICA_PASSWORD: 'emulator',
    });
  });

  it('says what else to tell the app for Infobip, and for Nexmo', async () => {
    const infobip = await emulating('--provider', 'infobip');
    expect(infobip.program.stdout.lines[0]).toMatch(/^Infobip's 2FA API is/);
    expect(infobip.environment).toEqual({
      INFOBIP_BASE_URL: url,
      INFOBIP_API_KEY: 'emulator',
      INFOBIP_APPLICATION_ID: expect.stringMatching(/^\w+$/),
      INFOBIP_MESSAGE_ID: expect.stringMatching(/^\w+$/),
    });
    const nexmo = await emulating('--provider', 'nexmo');
    expect(nexmo.program.stdout.lines[0]).toMatch(/^Nexmo's US short-code 2FA API is/);
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
  ])('%s: takes a secret of your own, and does not repeat it', async (name, option, variable) => {
    const { program, environment } = await emulating('--provider', name, option, 'canary-secret');
    expect(environment[variable]).toBe('(the one you gave)');
    const sendWith = (secret: string) =>
      appNamed(name)({ ...environment, [variable]: secret }).send(phoneFor(name), undefined);
    await expect(sendWith('another')).rejects.toBeInstanceOf(ProviderCredentialsError);
    await sendWith('canary-secret');
    await program.stdout.contains(/ code=\d+\n$/);
    expect(program.shown).not.toContain('canary-secret');
  });

  it.each([
    ['modica', '--username', 'MODICA_USERNAME'],
    ['nexmo', '--api-key', 'NEXMO_API_KEY'],
  ])('%s: takes a name of your own', async (name, option, variable) => {
    const { environment } = await emulating('--provider', name, option, 'my-app');
    expect(environment[variable]).toBe('my-app');
  });

  it.each(['modica', 'infobip'])('%s: takes the length of a code', async (name) => {
    const { program, environment } = await emulating('--provider', name, '--code-length', '8');
    await appNamed(name)(environment).send(mobile, undefined);
    await program.stdout.contains(/ code=\d{8}\n$/);
  });

  it.each([
    ['error', 'exhausted'],
    ['status', 'used'],
  ])(
    '--wrong-code %s: answers a wrong code by that (here taken for %s)',
    async (reading, meaning) => {
      const { environment } = await emulating('--wrong-code', reading);
      const app = new ModicaProvider({
        baseUrl: environment['MODICA_BASE_URL'],
        username: 'emulator',
        password: 'emulator',
        errorVerdicts: { invalid_code: 'exhausted' },
        statusVerdicts: { invalid: 'used' },
      });
      const sent = await app.send(mobile);
      const { verdict } = await app.check(sent.kind === 'sent' ? sent.reference : '', 'wrong');
      expect(verdict).toBe(meaning);
    },
  );

  it('prints a text of several lines as one', async () => {
    const { program, environment } = await emulating();
    await appNamed('modica')(environment).send(mobile, 'Hi\n%(code)s');
    await program.stdout.contains(/ text="Hi\\n\d{6}" code=\d{6}\n$/);
  });

  it('says that the port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = Object(other.address());
    const program = run(['emulator', '--port', String(port)]);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.lines).toEqual([
      `Cannot listen on 127.0.0.1:${port}: the port is taken: end what uses it, or choose another with --port`,
    ]);
  });

  it('says why it cannot listen on an address that is not here', async () => {
    const program = run(['emulator', '--host', '192.0.2.1', '--port', '0']);
    expect(await program.exitCode).toBe(1);
    expect(program.stderr.text).toMatch(/^Cannot listen on 192\.0\.2\.1:0: Error/);
  });

  it.each([
    [['--port', 'many'], '--port'],
    [['--port', '70000'], '--port'],
    [['--wrong-code', 'maybe'], '--wrong-code'],
    [['--code-length', '2'], '--code-length'],
    [['--username', 'a:b'], '--username'],
    [['--pasword', 'x'], '--pasword'],
    [['--provider', 'twilio'], '--provider: must be one of modica, infobip, nexmo'],
    [['--provider'], '--provider'],
    [['--provider', 'infobip', '--api-key', 'a b'], '--api-key'],
    [['--provider', 'infobip', '--wrong-code', 'status'], '--wrong-code'],
    [['--provider', 'nexmo', '--api-secret', ''], '--api-secret'],
    [['--provider', 'nexmo', '--code-length', '4'], '--code-length'],
  ])('refuses %j and names it', async (args, name) => {
    const program = run(['emulator', ...args]);
    expect(await program.exitCode).toBe(2);
    expect(program.stderr.text.split('\n\n')[0]).toContain(name);
    expect(program.stderr.text).toContain('--code-length 6');
  });
});
