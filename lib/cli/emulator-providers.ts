import { z } from 'zod';
import {
  createInfobipEmulator,
  createModicaEmulator,
  createNexmoEmulator,
  type Emulator,
} from '../emulator/index.js';
import { parseArguments } from './command.js';

/** A provider whose API can be emulated. */
interface EmulatedProvider {
  /** The options that are its own. */
  readonly usage: string;
  /** The emulator that the arguments ask for, or what is wrong with them. */
  configure(args: readonly string[]): EmulatorSetup | string;
}

/** An emulator, not started yet. */
export interface EmulatorSetup {
  /** Whose API: 'Infobip's 2FA API'. */
  readonly api: string;
  readonly emulator: Emulator<string>;
  readonly address: ListenAddress;
  /** What an app must be told, by the names of variables; known once the emulator is started. */
  environment(): Readonly<Record<string, string>>;
}

/** What every emulator is told: where to listen. */
const commonArguments = {
  provider: { type: 'string' },
  port: { type: 'string', default: '4010' },
  host: { type: 'string', default: '127.0.0.1' },
} as const;

const commonSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
});

export type ListenAddress = z.output<typeof commonSchema>;

/** The secret that is taken where none is given. */
const defaultSecret = 'emulator';

/** As it may stand on a screen: one that was given is not repeated. */
function printedSecret(secret: string): string {
  return secret === defaultSecret ? secret : '(the one you gave)';
}

const infobipSchema = commonSchema.extend({
  'api-key': z.string().regex(/^\S+$/, { error: 'must be a key, without spaces' }),
  'code-length': z.coerce.number().int().min(4).max(12),
});

const infobip: EmulatedProvider = {
  usage: `Infobip, with its own limits: three PINs a day to a number, one check in three seconds:
  --api-key emulator     what 'Authorization: App' must say
  --code-length 6        digits of a PIN`,

  configure(args) {
    const options = parseArguments(
      args,
      {
        ...commonArguments,
        'api-key': { type: 'string', default: defaultSecret },
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
      address: { port, host },
      environment: () => ({
        INFOBIP_BASE_URL: emulator.url,
        INFOBIP_API_KEY: printedSecret(apiKey),
        INFOBIP_APPLICATION_ID: emulator.account.applicationId,
        INFOBIP_MESSAGE_ID: emulator.account.messageId,
      }),
    };
  },
};

const modicaSchema = commonSchema.extend({
  username: z.string().regex(/^[^:]+$/, { error: 'must be a name, without a colon' }),
  password: z.string().min(1),
  'wrong-code': z.enum(['error', 'status']),
  'code-length': z.coerce.number().int().min(4).max(12),
});

const modica: EmulatedProvider = {
  usage: `Modica:
  --username emulator    what Basic authentication must say
  --password emulator
  --wrong-code error     how a wrong code is answered: error (400) or status (201 with another
                         status); Modica's document leaves it open
  --code-length 6        digits of a code`,

  configure(args) {
    const options = parseArguments(
      args,
      {
        ...commonArguments,
        username: { type: 'string', default: 'emulator' },
        password: { type: 'string', default: defaultSecret },
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
      address: { port, host },
      environment: () => ({
        MODICA_BASE_URL: emulator.url,
        MODICA_USERNAME: username,
        MODICA_PASSWORD: printedSecret(password),
      }),
    };
  },
};

const nexmoSchema = commonSchema.extend({
  'api-key': z.string().min(1),
  'api-secret': z.string().min(1),
});

const nexmo: EmulatedProvider = {
  usage: `Nexmo, whose app makes the PIN itself:
  --api-key emulator     the key of the account
  --api-secret emulator`,

  configure(args) {
    const options = parseArguments(
      args,
      {
        ...commonArguments,
        'api-key': { type: 'string', default: 'emulator' },
        'api-secret': { type: 'string', default: defaultSecret },
      },
      nexmoSchema,
    );
    if (typeof options === 'string') return options;
    const { port, host, 'api-key': apiKey, 'api-secret': apiSecret } = options;
    const emulator = createNexmoEmulator({ apiKey, apiSecret });
    return {
      api: "Nexmo's US short-code 2FA API",
      emulator,
      address: { port, host },
      environment: () => ({
        NEXMO_BASE_URL: emulator.url,
        NEXMO_CONVERSION_BASE_URL: emulator.account.conversionBaseUrl,
        NEXMO_API_KEY: apiKey,
        NEXMO_API_SECRET: printedSecret(apiSecret),
      }),
    };
  },
};

export const providers: ReadonlyMap<unknown, EmulatedProvider> = new Map([
  ['modica', modica],
  ['infobip', infobip],
  ['nexmo', nexmo],
]);
