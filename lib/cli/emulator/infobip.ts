import { z } from 'zod';
import { createInfobipEmulator } from '../../emulator/index.js';
import { readArguments } from '../arguments.js';
import type { Provider } from './emulation.js';
import { placeArguments, placeSchema } from './place.js';
import { shownSecret, usualSecret } from './secret.js';

const infobipSchema = placeSchema.extend({
  'api-key': z.string().regex(/^\S+$/, { error: 'must be a key, without spaces' }),
  'code-length': z.coerce.number().int().min(4).max(12),
});

export const infobip: Provider = {
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
