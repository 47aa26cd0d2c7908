import { onTestFinished } from 'vitest';
import {
  createInfobipEmulator,
  type InfobipEmulator,
  type InfobipEmulatorOptions,
} from '../../../../lib/emulator/index.js';

/** The number in the guide's example, and the same in E.164. */
export const msisdn = '41793026727';
export const phone = `+${msisdn}`;

/** A started emulator that stops when the test ends. */
export async function emulate(options?: InfobipEmulatorOptions): Promise<InfobipEmulator> {
  const emulator = createInfobipEmulator(options);
  onTestFinished(() => emulator.stop());
  await emulator.start();
  return emulator;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

interface Call {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Sends any request; a body that is a string is sent as it is. */
export async function call(
  emulator: InfobipEmulator,
  method: string,
  path: string,
  { body, headers = {} }: Call = {},
): Promise<Answer> {
  const response = await fetch(`${emulator.url}/2fa/2${path}`, {
    method,
    headers: {
      authorization: 'App emulator',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /^[[{]/.test(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

export function get(emulator: InfobipEmulator, path: string): Promise<Answer> {
  return call(emulator, 'GET', path);
}

export function post(emulator: InfobipEmulator, path: string, body?: unknown): Promise<Answer> {
  return call(emulator, 'POST', path, { body });
}

export function put(emulator: InfobipEmulator, path: string, body: unknown): Promise<Answer> {
  return call(emulator, 'PUT', path, { body });
}

/** Sends a PIN with the preconfigured application. */
export function send(emulator: InfobipEmulator, to = msisdn): Promise<Answer> {
  const { applicationId, messageId } = emulator.account;
  return post(emulator, '/pin', { applicationId, messageId, to });
}

/** Sends a PIN and returns it. */
export async function sentPin(emulator: InfobipEmulator): Promise<{ id: string; code: string }> {
  await send(emulator);
  const message = emulator.messages.at(-1);
  return { id: String(message?.id), code: String(message?.code) };
}

export function verify(emulator: InfobipEmulator, id: string, pin: string): Promise<Answer> {
  return post(emulator, `/pin/${id}/verify`, { pin });
}

/** The body of an error reply. */
export function refusal(messageId: string, text: string): object {
  return { requestError: { serviceException: { messageId, text } } };
}
