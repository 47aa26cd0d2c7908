import { z } from 'zod';
import type { Emulator } from '../emulator/index.js';

/** A provider whose API can be emulated. */
export interface Provider {
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
export const placeArguments = {
  provider: { type: 'string' },
  port: { type: 'string', default: '4010' },
  host: { type: 'string', default: '127.0.0.1' },
} as const;

export const placeSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
});

type Place = z.output<typeof placeSchema>;

export function cannotListen(error: unknown, { host, port }: Place): string {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = taken
    ? 'the port is taken: end what uses it, or choose another with --port'
    : String(error);
  return `Cannot listen on ${host}:${port}: ${reason}`;
}

/** The secret that is taken where none is given. */
export const usualSecret = 'emulator';

/** As it may stand on a screen: one that was given is not repeated. */
export function shownSecret(secret: string): string {
  return secret === usualSecret ? secret : '(the one you gave)';
}
