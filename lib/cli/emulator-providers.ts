// The options of each emulated provider, and the environment variables that point an app at it.

import { z } from 'zod';
import {
  createInfobipEmulator,
  createModicaEmulator,
  createNexmoEmulator,
  type Emulator,
} from '../emulator/index.js';
import { nonEmptyString } from '../options/parse.js';
import { parseArguments } from './command.js';

interface EmulatedProvider {
  /** Describes its own options; those of every provider are in the usage of the command. */
  readonly usage: string;
  /** Returns the emulator that the arguments describe, or an error message. */
  configure(args: readonly string[]): EmulatorSetup | string;
}

/** An emulator that is not started yet. */
export interface EmulatorSetup {
  /** Names the API, such as `Infobip's 2FA API`. */
  readonly api: string;
  readonly emulator: Emulator<string>;
  readonly address: ListenAddress;
  /** Environment variables for the app; complete once the emulator is started. */
  environment(): Readonly<Record<string, string>>;
}

export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  const isInRange = (value: number) => Number.isInteger(value) && value >= min && value <= max;
  return z.coerce.number({ error }).refine(isInRange, { error });
}

const commonSchema = z.object({
  // Already read by the command; listed so that strict parsing accepts it.
  provider: z.string().optional(),
  port: wholeNumber(0, 65_535).default(4010),
  host: nonEmptyString.default('127.0.0.1'),
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
      const { host, port } = options;
      return { ...setUp(options), address: { host, port } };
    },
  };
}

const defaultSecret = 'emulator';

/** Prints the default only: a secret from the command line may be a real one. */
function printedSecret(secret: string): string {
  return secret === defaultSecret ? secret : '***';
}

const codeLength = wholeNumber(4, 12).default(6);

const modica = emulatedProvider(
  `Modica:
  --username emulator    the user name for Basic authentication
  --password emulator    the password
  --wrong-code error     the reply to a wrong code: error (400) or status (201 with another status);
                         Modica's documentation leaves this open
  --code-length 6        digits in a code`,
  commonSchema.extend({
    username: z
      .string()
      .regex(/^[^:]+$/, { error: 'must be a name without a colon' })
      .default('emulator'),
    password: nonEmptyString.default(defaultSecret),
    'wrong-code': z
      .enum(['error', 'status'], { error: 'must be error or status' })
      .default('error'),
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
  `Infobip, with its rate limits (three PINs a day per number, one verification every three seconds):
  --api-key emulator     the API key ('Authorization: App <key>')
  --code-length 6        digits in a PIN`,
  commonSchema.extend({
    'api-key': z
      .string()
      .regex(/^\S+$/, { error: 'must be a key without spaces' })
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
  `Nexmo, where the app generates the PIN:
  --api-key emulator     the API key
  --api-secret emulator  the API secret`,
  commonSchema.extend({
    'api-key': nonEmptyString.default('emulator'),
    'api-secret': nonEmptyString.default(defaultSecret),
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

/** By the value of `--provider`. */
export const providers: ReadonlyMap<unknown, EmulatedProvider> = new Map([
  ['modica', modica],
  ['infobip', infobip],
  ['nexmo', nexmo],
]);
