import { z } from 'zod';
import { isDestination } from '../../phone-number.js';
import { idSchema } from './ids.js';

/** Which verifications of a number are asked for. */
export interface VerificationsRequest {
  applicationId: string;
  /** E.164, for example +41793026727. */
  to: string;
  /** Only those that were verified, or were not. */
  verified?: boolean | undefined;
  /** Only those whose PIN was sent, or was not. */
  sent?: boolean | undefined;
}

/** What became of a PIN of a number. */
export interface InfobipVerification {
  readonly verified: boolean;
  readonly sentAt?: Date | undefined;
  readonly verifiedAt?: Date | undefined;
}

export const verificationsRequestSchema = z.strictObject({
  applicationId: idSchema,
  to: z.custom<string>((value) => isDestination(value), {
    error: 'must be a number in E.164 form, for example +41793026727',
  }),
  verified: z.boolean({ error: 'must be true or false' }).optional(),
  sent: z.boolean({ error: 'must be true or false' }).optional(),
});

/** The reference says milliseconds since the epoch, its example shows seconds: the larger are the former. */
const time = z
  .int()
  .nullish()
  .transform((value) =>
    value ? new Date(value < 100_000_000_000 ? value * 1000 : value) : undefined,
  );

export const verificationsSchema = z.object({
  verifications: z.array(z.object({ verified: z.boolean(), sentAt: time, verifiedAt: time })),
});
