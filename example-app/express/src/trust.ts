import type { Request } from 'express';
import { z } from 'zod';

/** As JSON has it, and as a ticked box of a form has it. */
const asked = z.object({ trust: z.union([z.literal(true), z.literal('1')]) });

/** Whether who enters the code wants none from this browser for a while. */
export function asksForTrust({ body }: Request): boolean {
  return asked.safeParse(body).success;
}
