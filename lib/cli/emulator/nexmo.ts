import { z } from 'zod';
import { createNexmoEmulator } from '../../emulator/index.js';
import { readArguments } from '../arguments.js';
import type { Provider } from './emulation.js';
import { placeArguments, placeSchema } from './place.js';
import { shownSecret, usualSecret } from './secret.js';

const nexmoSchema = placeSchema.extend({
  'api-key': z.string().min(1),
  'api-secret': z.string().min(1),
});

export const nexmo: Provider = {
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
