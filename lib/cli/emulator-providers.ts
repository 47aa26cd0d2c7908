import { z } from 'zod';
import {
  createInfobipEmulator,
  createModicaEmulator,
  createNexmoEmulator,
  type Emulator,
} from '../emulator/index.js';
import { readArguments } from './command.js';

/** A provider whose API can be emulated. */
interface Provider {
  /** The options that are its own. */
  readonly usage: string;
  /** The emulator that the arguments ask for, or what is wrong with them. */
  emulate(args: readonly string[]): Emulation | string;
}

/** An emulator, not started yet. */
export interface Emulation {
  /** Whose API: 'Infobip's 2FA API'. */
  readonly api: string;
  readonly emulator: Emulator<string>;
  readonly place: Place;
  /** What an app must be told, by the names of variables; known once the emulator is started. */
  environment(): Readonly<Record<string, string>>;
}

/** What every emulator is told: where to listen. */
const placeArguments = {
  provider: { type: 'string' },
  port: { type: 'string', default: '4010' },
  host: { type: 'string', default: '127.0.0.1' },
} as const;

const placeSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
});

export type Place = z.output<typeof placeSchema>;

/** The secret that is taken where none is given. */
const usualSecret = 'emulator';

/** As it may stand on a screen: one that was given is not repeated. */
function shownSecret(secret: string): string {
  return secret === usualSecret ? secret : '(the one you gave)';
}

const infobipSchema = placeSchema.extend({
  'api-key': z.string().regex(/^\S+$/, { error: 'must be a key, without spaces' }),
  'code-length': z.coerce.number().int().min(4).max(12),
});

const infobip: Provider = {
  usage: `Infobip, with its own limits: three PINs a day to a number, one check in three seconds:
  --api-key emulator     what 'Authorization: App' must say
  --code-length 6        digits of a PIN`,

  emulate(args) {
    const options = readArguments(
      args,
      {
        ...placeArguments,
        'api-key': { type: 'string', default: usualSecret },
        'code-length': { type: 'string', default: '6' },
      },
      infobipSchema,
    );
    if (typeof options === 'string') return options;
    const { port, host, 'api-key': apiKey, 'code-length': codeLength } = options;
    const emulator = createInfobipEmulator({ apiKey, codeLength });
    return {
      api: "Infobip's 2FA API",
      emulator,
      place: { port, host },
      environment: () => ({
        INFOBIP_BASE_URL: emulator.url,
        INFOBIP_API_KEY: shownSecret(apiKey),
        INFOBIP_APPLICATION_ID: emulator.account.applicationId,
        INFOBIP_MESSAGE_ID: emulator.account.messageId,
      }),
    };
  },
};

const modicaSchema = placeSchema.extend({
  username: z.string().regex(/^[^:]+$/, { error: 'must be a name, without a colon' }),
  password: z.string().min(1),
  'wrong-code': z.enum(['error', 'status']),
  'code-length': z.coerce.number().int().min(4).max(12),
});

const modica: Provider = {
  usage: `Modica:
  --username emulator    what Basic authentication must say
  --password emulator
  --wrong-code error     how a wrong code is answered: error (400) or status (201 with another
                         status); Modica's document leaves it open
  --code-length 6        digits of a code`,

  emulate(args) {
    const options = readArguments(
      args,
      {
        ...placeArguments,
        username: { type: 'string', default: 'emulator' },
        password: { type: 'string', default: usualSecret },
        'wrong-code': { type: 'string', default: 'error' },
        'code-length': { type: 'string', default: '6' },
      },
      modicaSchema,
    );
    if (typeof options === 'string') return options;
    const { port, host, username, password } = options;
    const emulator = createModicaEmulator({
      username,
      password,
      wrongCode: options['wrong-code'],
      codeLength: options['code-length'],
    });
    return {
      api: "Modica's 2FA REST API",
      emulator,
      place: { port, host },
      environment: () => ({
        MODICA_BASE_URL: emulator.url,
        MODICA_USERNAME: username,
        MODICA_PASSWORD: shownSecret(password),
      }),
    };
  },
};

const nexmoSchema = placeSchema.extend({
  'api-key': z.string().min(1),
  'api-secret': z.string().min(1),
});

const nexmo: Provider = {
  usage: `Nexmo, whose app makes the PIN itself:
  --api-key emulator     the key of the account
  --api-secret emulator`,

  emulate(args) {
    const options = readArguments(
      args,
      {
        ...placeArguments,
        'api-key': { type: 'string', default: 'emulator' },
        'api-secret': { type: 'string', default: usualSecret },
      },
      nexmoSchema,
    );
    if (typeof options === 'string') return options;
    const { port, host, 'api-key': apiKey, 'api-secret': apiSecret } = options;
    const emulator = createNexmoEmulator({ apiKey, apiSecret });
    return {
      api: "Nexmo's US short-code 2FA API",
      emulator,
      place: { port, host },
      environment: () => ({
        NEXMO_BASE_URL: emulator.url,
        NEXMO_CONVERSION_BASE_URL: emulator.account.conversionBaseUrl,
        NEXMO_API_KEY: apiKey,
        NEXMO_API_SECRET: shownSecret(apiSecret),
      }),
    };
  },
};

export const providers: ReadonlyMap<unknown, Provider> = new Map([
  ['modica', modica],
  ['infobip', infobip],
  ['nexmo', nexmo],
]);
