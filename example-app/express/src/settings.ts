import { randomBytes } from 'node:crypto';
import { isSupportedCountry } from 'libphonenumber-js/min';
import { z } from 'zod';
import { inMemory } from './database.js';

const count = (defaultValue: number) =>
  z.coerce.number('must be a number').int().min(1, 'must be at least 1').default(defaultValue);

/** The APIs that can send the codes. */
export const providers = ['modica', 'infobip', 'nexmo'] as const;

export type ProviderName = (typeof providers)[number];

const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(3000),
  // postgres://…, mysql://…, or the path of a SQLite file.
  DATABASE_URL: z.string().default(inMemory),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// URL' }).optional(),
  // The app's own origin: phones offer to fill in the code on that site only.
  ORIGIN: z.url({ protocol: /^https?$/, error: 'must be like https://app.example.com' }).optional(),
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  // Whether every user must have a number, or may choose.
  SECOND_FACTOR: z.enum(['required', 'optional'], 'must be required or optional').optional(),
  PROVIDER: z.enum(providers, 'must be modica, infobip or nexmo').optional(),
  MODICA_USERNAME: z.string().optional(),
  MODICA_PASSWORD: z.string().optional(),
  MODICA_BASE_URL: z.string().optional(),
  INFOBIP_API_KEY: z.string().optional(),
  INFOBIP_BASE_URL: z.string().optional(),
  INFOBIP_APPLICATION_ID: z.string().optional(),
  INFOBIP_MESSAGE_ID: z.string().optional(),
  NEXMO_API_KEY: z.string().optional(),
  NEXMO_API_SECRET: z.string().optional(),
  NEXMO_BASE_URL: z.string().optional(),
  NEXMO_SIGNATURE_SECRET: z.string().optional(),
  ALLOWED_PREFIXES: z
    .string()
    .regex(/^\+\d+(,\+\d+)*$/, 'must be a list like +64,+61')
    .optional(),
  // The country of numbers that are typed without a country code.
  DEFAULT_COUNTRY: z
    .string()
    .refine(isSupportedCountry, 'must be a country like NZ or AU')
    .optional(),
  REGISTRATIONS_PER_HOUR_PER_IP: count(30),
  // Incorrect ones, per quarter of an hour.
  PASSWORDS_PER_USER_AND_IP: count(10),
  PASSWORDS_PER_IP: count(100),
});

type Environment = z.output<typeof environmentSchema>;

/** The app's settings, from the environment. */
export type Settings = ReturnType<typeof readSettings>;

/** The environment has an invalid or missing variable; the message names it. */
export class SettingsError extends Error {}

/** @throws {SettingsError} */
export function readSettings(variables: NodeJS.ProcessEnv) {
  const environment = parse(variables);
  return {
    production: isProduction(environment),
    host: environment.HOST,
    port: environment.PORT,
    databaseUrl: environment.DATABASE_URL,
    redisUrl: environment.REDIS_URL,
    sessionSecret: sessionSecretOf(environment),
    originBoundTo: environment.ORIGIN && new URL(environment.ORIGIN).hostname,
    secondFactorRequired: environment.SECOND_FACTOR === 'required',
    /** Undefined for Modica. */
    provider: environment.PROVIDER,
    // All three are undefined without an account: an emulator replaces it.
    modica: modicaOf(environment),
    infobip: infobipOf(environment),
    nexmo: nexmoOf(environment),
    defaultCountry: environment.DEFAULT_COUNTRY ?? homeOf(environment).country,
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
      'SESSION_SECRET is missing. In production it must survive restarts. Generate one: openssl rand -hex 32',
    );
  }
  return secret ?? randomBytes(32).toString('hex');
}

/** The default country of the users: a US short code reaches no other. */
function homeOf({ PROVIDER }: Environment) {
  return PROVIDER === 'nexmo'
    ? ({ country: 'US', prefix: '+1' } as const)
    : ({ country: 'NZ', prefix: '+64' } as const);
}

/** The account at Modica, if Modica sends the codes. */
function modicaOf(environment: Environment) {
  const { PROVIDER: provider = 'modica' } = environment;
  if (provider !== 'modica') return undefined;
  const username = credential(environment, 'MODICA_USERNAME');
  if (username === undefined) return undefined;
  const password = required(environment, 'MODICA_PASSWORD');
  const account = { username, password, baseUrl: environment.MODICA_BASE_URL };
  return { account, ...spending(environment) };
}

/** The account at Infobip, if Infobip sends the codes. */
function infobipOf(environment: Environment) {
  if (environment.PROVIDER !== 'infobip') return undefined;
  const apiKey = credential(environment, 'INFOBIP_API_KEY');
  if (apiKey === undefined) return undefined;
  const account = {
    apiKey,
    baseUrl: required(environment, 'INFOBIP_BASE_URL'),
    applicationId: required(environment, 'INFOBIP_APPLICATION_ID'),
    messageId: required(environment, 'INFOBIP_MESSAGE_ID'),
  };
  return { account, ...spending(environment) };
}

/** The account at Nexmo, if Nexmo sends the codes. */
function nexmoOf(environment: Environment) {
  if (environment.PROVIDER !== 'nexmo') return undefined;
  const apiKey = credential(environment, 'NEXMO_API_KEY');
  if (apiKey === undefined) return undefined;
  const apiSecret = required(environment, 'NEXMO_API_SECRET');
  const account = { apiKey, apiSecret, baseUrl: environment.NEXMO_BASE_URL };
  const signatureSecret = environment.NEXMO_SIGNATURE_SECRET;
  return { account, signatureSecret, ...spending(environment) };
}

type Variable = Extract<keyof Environment, `${'MODICA' | 'INFOBIP' | 'NEXMO'}_${string}`>;

/** The variable that names the account; without it an emulator replaces the account. */
function credential(environment: Environment, name: Variable): string | undefined {
  const value = environment[name];
  if (value === undefined && isProduction(environment)) {
    throw new SettingsError(
      `${name} is missing. Without an account the app starts an emulator, which shows all codes to everyone and must not run in production.`,
    );
  }
  return value;
}

function required(environment: Environment, name: Variable): string {
  const value = environment[name];
  if (value === undefined) throw new SettingsError(`${name} is missing.`);
  return value;
}

/**
 * Limits what SMS may cost: numbers of the users' countries only, as a defence against SMS pumping, and a
 * total for each hour.
 */
function spending(environment: Environment) {
  const prefixes = environment.ALLOWED_PREFIXES ?? homeOf(environment).prefix;
  return {
    allowedPrefixes: prefixes.split(','),
    limits: { sendsPerHourPerIp: 20, sendsPerHourTotal: 500 },
  };
}
