import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  createModicaEmulator,
  type ModicaEmulator,
  type ModicaEmulatorOptions,
} from '../../../../lib/emulator/index.js';

export const mobile = '+64211234567';

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A started emulator that stops when the test ends. */
export async function emulate(options?: ModicaEmulatorOptions): Promise<ModicaEmulator> {
  const emulator = createModicaEmulator(options);
  onTestFinished(() => emulator.stop());
  await emulator.start();
  return emulator;
}

/** POSTs like the document's examples; a body that is a string is sent as it is. */
export async function post(
  emulator: ModicaEmulator,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string; body: unknown }> {
  const response = await fetch(emulator.url + path, {
    method: 'POST',
    headers: {
      accept: 'application/vnd.modica.2fa.v1+json',
      'content-type': 'application/json',
      authorization: basic('emulator', 'emulator'),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = text.startsWith('{');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

const challengeReply = z.strictObject({
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  id: z.uuid(),
});

/** Creates a challenge and returns it with the code from its SMS. */
export async function challenge(
  emulator: ModicaEmulator,
  attributes: object = {},
): Promise<z.infer<typeof challengeReply> & { code: string }> {
  const reply = await post(emulator, '/challenges', { destination: mobile, ...attributes });
  return { ...challengeReply.parse(reply.body), code: String(emulator.messages.at(-1)?.code) };
}

/** A wrong code of the same length. */
export function wrong(code: string): string {
  return code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));
}
