import { onTestFinished } from 'vitest';
import {
  createNexmoEmulator,
  type NexmoEmulator,
  type NexmoEmulatorOptions,
} from '../../../../lib/emulator/index.js';

/** The number in the reference's example, and the same in E.164. */
export const to = '16365553226';
export const phone = `+${to}`;

export const credentials = { api_key: 'emulator', api_secret: 'emulator' };

/** A started emulator that stops when the test ends. */
export async function emulate(options?: NexmoEmulatorOptions): Promise<NexmoEmulator> {
  const emulator = createNexmoEmulator(options);
  onTestFinished(() => emulator.stop());
  await emulator.start();
  return emulator;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

export async function answerOf(reply: Promise<Response>): Promise<Answer> {
  const response = await reply;
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) };
}

/** POSTs parameters as JSON. */
export function post(
  emulator: NexmoEmulator,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return answerOf(
    fetch(`${emulator.url}/sc/us/2fa/json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    }),
  );
}

/** POSTs a valid request, with some parameters changed. */
export function send(
  emulator: NexmoEmulator,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return post(emulator, { ...credentials, to, pin: '0042', ...parameters });
}

/** Sends a message and returns its id. */
export async function sentId(
  emulator: NexmoEmulator,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  await send(emulator, parameters);
  return String(emulator.messages.at(-1)?.id);
}

/** The body of a reply about one message. */
export function replied(message: object): object {
  return { 'message-count': '1', messages: [message] };
}
