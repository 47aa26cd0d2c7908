import { randomBytes } from 'node:crypto';
import { isSupportedCountry } from 'libphonenumber-js/min';
import { z } from 'zod';

const count = (otherwise: number) =>
  z.coerce.number('must be a number').int().min(1, 'must be at least 1').default(otherwise);

const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(3000),
  DATABASE_FILE: z.string().default(':memory:'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// URL' }).optional(),
  // Where people find the app: only there phones offer to fill the code in.
  ORIGIN: z.url({ protocol: /^https?$/, error: 'must be like https://app.example.com' }).optional(),
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  MODICA_USERNAME: z.string().optional(),
  MODICA_PASSWORD: z.string().optional(),
  MODICA_BASE_URL: z.string().optional(),
  ALLOWED_PREFIXES: z
    .string()
    .regex(/^\+\d+(,\+\d+)*$/, 'must be a list like +64,+61')
    .default('+64'),
  // A number that is typed without its country is one of this country.
  DEFAULT_COUNTRY: z
    .string()
    .refine(isSupportedCountry, 'must be a country like NZ or AU')
    .default('NZ'),
  REGISTRATIONS_PER_HOUR_PER_IP: count(30),
  // Wrong ones, in a quarter of an hour.
  PASSWORDS_PER_USER_AND_IP: count(10),
  PASSWORDS_PER_IP: count(100),
});

type Environment = z.output<typeof environmentSchema>;

/** What the app is started with. */
export type Settings = ReturnType<typeof readSettings>;

/** The environment cannot be used; the message says why to whoever starts the app. */
export class SettingsError extends Error {}

/** @throws {SettingsError} */
export function readSettings(variables: NodeJS.ProcessEnv) {
  const environment = parse(variables);
  return {
    production: isProduction(environment),
    host: environment.HOST,
    port: environment.PORT,
    databaseFile: environment.DATABASE_FILE,
    redisUrl: environment.REDIS_URL,
    sessionSecret: sessionSecretOf(environment),
    originBoundTo: environment.ORIGIN && new URL(environment.ORIGIN).hostname,
    modica: modicaOf(environment),
    defaultCountry: environment.DEFAULT_COUNTRY,
    limits: {
      registrationsPerHourPerIp: environment.REGISTRATIONS_PER_HOUR_PER_IP,
      passwordsPerUserAndIp: environment.PASSWORDS_PER_USER_AND_IP,
      passwordsPerIp: environment.PASSWORDS_PER_IP,
    },
  };
}

function parse(variables: NodeJS.ProcessEnv): Environment {
  // `PORT= npm start` means the default, not port 0.
  const given = Object.entries(variables).filter(([, value]) => value !== '');
  const parsed = environmentSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new SettingsError(problems.join('; '));
}

function isProduction({ NODE_ENV }: Environment): boolean {
  return NODE_ENV === 'production';
}

function sessionSecretOf(environment: Environment): string {
  const { SESSION_SECRET: secret } = environment;
  if (secret === undefined && isProduction(environment)) {
    throw new SettingsError(
      'SESSION_SECRET is missing. In production it must outlive a restart; make one: openssl rand -hex 32',
    );
  }
  return secret ?? randomBytes(32).toString('hex');
}

/** The account at Modica; undefined means that the emulator takes its place. */
function modicaOf(environment: Environment) {
  const { MODICA_USERNAME: username, MODICA_PASSWORD: password } = environment;
  if (username === undefined && isProduction(environment)) {
    throw new SettingsError(
      'MODICA_USERNAME is missing. The emulator that would take its place shows every code to everybody, so it does not run in production.',
    );
  }
  if (username === undefined) return undefined;
  if (password === undefined) throw new SettingsError('MODICA_PASSWORD is missing.');
  return {
    username,
    password,
    baseUrl: environment.MODICA_BASE_URL,
    // Every SMS is paid for, and some prices are made to be pumped: text only where your users are,
    // and decide what an hour may cost.
    allowedPrefixes: environment.ALLOWED_PREFIXES.split(','),
    limits: { sendsPerHourPerIp: 20, sendsPerHourOverall: 500 },
  };
}
