import { z } from 'zod';
import type { Reply } from '../../providers/http/reply.js';
import { parseTimestamp } from '../../providers/http/reply.js';

/** A challenge as the API described it. */
export interface Created {
  readonly id: string;
  /** As received; undefined where there is no text. */
  readonly created: string | undefined;
  readonly expires: string | undefined;
  /** Seconds; undefined where the times cannot be read. */
  readonly lifetime: number | undefined;
}

const text = z.string().optional().catch(undefined);
const createdSchema = z.object({ id: z.string().min(1).max(200), created: text, expires: text });

/** Undefined where there is no id to go on with. */
export function readCreated({ body }: Reply): Created | undefined {
  const parsed = createdSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { id, created, expires } = parsed.data;
  const lasts = (timeOf(expires) - timeOf(created)) / 1000;
  return { id, created, expires, lifetime: Number.isNaN(lasts) ? undefined : lasts };
}

export function timeOf(timestamp: string | undefined): number {
  return parseTimestamp(timestamp ?? '') ?? Number.NaN;
}

/** Whether it says which zone it is in; the document says only that times are in UTC. */
export function hasZone(timestamp: string): boolean {
  return /(Z|[+-]\d{2}:?\d{2})$/i.test(timestamp);
}
