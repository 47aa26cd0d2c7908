import type { Request } from 'express';
import { z } from 'zod';

/** From JSON, or from a ticked checkbox. */
const asked = z.object({ trust: z.union([z.literal(true), z.literal('1')]) });

/** Whether the user asks to trust this browser. */
export function asksForTrust({ body }: Request): boolean {
  return asked.safeParse(body).success;
}
