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
const commonSchema = z.object({
  provider: z.string().optional(),
  port: z.coerce.number().int().min(0).max(65_535).default(4010),
  host: z.string().min(1).default('127.0.0.1'),
});

export type ListenAddress = Pick<z.output<typeof commonSchema>, 'port' | 'host'>;

function emulatedProvider<Options extends ListenAddress>(
  usage: string,
  schema: z.ZodType<Options> & { readonly shape: object },
  setUp: (options: Options) => Omit<EmulatorSetup, 'address'>,
): EmulatedProvider {
  const config = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, { type: 'string' } as const]),
  );
  return {
    usage,
    configure(args) {
      const options = parseArguments(args, config, schema);
      if (typeof options === 'string') return options;
      return { ...setUp(options), address: options };
    },
  };
}

/** The secret that is taken where none is given. */
const defaultSecret = 'emulator';

/** As it may stand on a screen: one that was given is not repeated. */
function printedSecret(secret: string): string {
  return secret === defaultSecret ? secret : '(the one you gave)';
}

const codeLength = z.coerce.number().int().min(4).max(12).default(6);

const modica = emulatedProvider(
  `Modica:
  --username emulator    what Basic authentication must say
  --password emulator
  --wrong-code error     how a wrong code is answered: error (400) or status (201 with another
                         status); Modica's document leaves it open
  --code-length 6        digits of a code`,
  commonSchema.extend({
    username: z
      .string()
      .regex(/^[^:]+$/, { error: 'must be a name, without a colon' })
      .default('emulator'),
    password: z.string().min(1).default(defaultSecret),
    'wrong-code': z.enum(['error', 'status']).default('error'),
    'code-length': codeLength,
  }),
  ({ username, password, 'wrong-code': wrongCode, 'code-length': codeLength }) => {
    const emulator = createModicaEmulator({ username, password, wrongCode, codeLength });
    return {
      api: "Modica's 2FA REST API",
      emulator,
      environment: () => ({
        MODICA_BASE_URL: emulator.url,
        MODICA_USERNAME: username,
        MODICA_PASSWORD: printedSecret(password),
      }),
    };
  },
);

const infobip = emulatedProvider(
  `Infobip, with its own limits: three PINs a day to a number, one check in three seconds:
  --api-key emulator     what 'Authorization: App' must say
  --code-length 6        digits of a PIN`,
  commonSchema.extend({
    'api-key': z
      .string()
      .regex(/^\S+$/, { error: 'must be a key, without spaces' })
      .default(defaultSecret),
    'code-length': codeLength,
  }),
  ({ 'api-key': apiKey, 'code-length': codeLength }) => {
    const emulator = createInfobipEmulator({ apiKey, codeLength });
    return {
      api: "Infobip's 2FA API",
      emulator,
      environment: () => ({
        INFOBIP_BASE_URL: emulator.url,
        INFOBIP_API_KEY: printedSecret(apiKey),
        INFOBIP_APPLICATION_ID: emulator.account.applicationId,
        INFOBIP_MESSAGE_ID: emulator.account.messageId,
      }),
    };
  },
);

const nexmo = emulatedProvider(
  `Nexmo, whose app makes the PIN itself:
  --api-key emulator     the key of the account
  --api-secret emulator`,
  commonSchema.extend({
    'api-key': z.string().min(1).default('emulator'),
    'api-secret': z.string().min(1).default(defaultSecret),
  }),
  ({ 'api-key': apiKey, 'api-secret': apiSecret }) => {
    const emulator = createNexmoEmulator({ apiKey, apiSecret });
    return {
      api: "Nexmo's US short-code 2FA API",
      emulator,
      environment: () => ({
        NEXMO_BASE_URL: emulator.url,
        NEXMO_CONVERSION_BASE_URL: emulator.account.conversionBaseUrl,
        NEXMO_API_KEY: apiKey,
        NEXMO_API_SECRET: printedSecret(apiSecret),
      }),
    };
  },
);

export const providers: ReadonlyMap<unknown, EmulatedProvider> = new Map([
  ['modica', modica],
  ['infobip', infobip],
  ['nexmo', nexmo],
]);
