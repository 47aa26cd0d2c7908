import { z } from 'zod';
import { createModicaEmulator } from '../../emulator/index.js';
import { readArguments } from '../arguments.js';
import type { Provider } from './emulation.js';
import { placeArguments, placeSchema } from './place.js';
import { shownSecret, usualSecret } from './secret.js';

const modicaSchema = placeSchema.extend({
  username: z.string().regex(/^[^:]+$/, { error: 'must be a name, without a colon' }),
  password: z.string().min(1),
  'wrong-code': z.enum(['error', 'status']),
  'code-length': z.coerce.number().int().min(4).max(12),
});

export const modica: Provider = {
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
