import { z } from 'zod';

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

export type Place = z.output<typeof placeSchema>;

export function cannotListen(error: unknown, { host, port }: Place): string {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = taken
    ? 'the port is taken: end what uses it, or choose another with --port'
    : String(error);
  return `Cannot listen on ${host}:${port}: ${reason}`;
}
