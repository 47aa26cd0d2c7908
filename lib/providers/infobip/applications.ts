import { z } from 'zod';
import { idSchema } from './ids.js';

/** How an application sends and checks PINs. What is left out has Infobip's default. */
export interface InfobipApplicationConfiguration {
  /**
   * Wrong PINs until a PIN is spent.
   * @default 10
   */
  pinAttempts?: number | undefined;
  /**
   * Whether a PIN can be verified again. Single use is enforced by the strategy in any case.
   * @default true
   */
  allowMultiplePinVerifications?: boolean | undefined;
  /**
   * `{n}{ms|s|m|h|d}`; the option `codeLifetime` of the provider, in seconds, must say the same.
   * @default '15m'
   */
  pinTimeToLive?: string | undefined;
  /**
   * How often PINs of one number may be verified, `{attempts}/{n}{unit}`.
   * @default '1/3s'
   */
  verifyPinLimit?: string | undefined;
  /**
   * How often the application may send, `{attempts}/{n}{unit}`.
   * @default '10000/1d'
   */
  sendPinPerApplicationLimit?: string | undefined;
  /**
   * How often one number may be sent to, `{attempts}/{n}{unit}`.
   * @default '3/1d'
   */
  sendPinPerPhoneNumberLimit?: string | undefined;
}

/** An application as it is asked for. */
export interface InfobipApplicationRequest {
  name: string;
  enabled?: boolean | undefined;
  configuration?: InfobipApplicationConfiguration | undefined;
}

/** An application as Infobip has it. */
export interface InfobipApplication {
  readonly applicationId: string;
  readonly name: string;
  readonly enabled?: boolean | undefined;
  readonly configuration?: Readonly<InfobipApplicationConfiguration> | undefined;
}

const duration = z.string({ error: 'must be a text' }).regex(/^\d*(ms|s|m|h|d)$/, {
  error: "must be a duration like '15m'",
});
const limit = z.string({ error: 'must be a text' }).regex(/^\d+\/\d*(ms|s|m|h|d)$/, {
  error: "must be a limit like '5/1d'",
});

export const applicationRequestSchema = z.strictObject({
  name: z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' }),
  enabled: z.boolean({ error: 'must be true or false' }).optional(),
  configuration: z
    .strictObject({
      pinAttempts: z
        .number({ error: 'must be a number of attempts' })
        .int({ error: 'must be a whole number of attempts' })
        .min(1, { error: 'must be at least 1' })
        .optional(),
      allowMultiplePinVerifications: z.boolean({ error: 'must be true or false' }).optional(),
      pinTimeToLive: duration.optional(),
      verifyPinLimit: limit.optional(),
      sendPinPerApplicationLimit: limit.optional(),
      sendPinPerPhoneNumberLimit: limit.optional(),
    })
    .optional(),
});

// What a reply holds beyond the document is dropped.
export const applicationSchema = z.object({
  applicationId: idSchema,
  name: z.string(),
  enabled: z.boolean().optional(),
  configuration: z
    .object({
      pinAttempts: z.number().optional(),
      allowMultiplePinVerifications: z.boolean().optional(),
      pinTimeToLive: z.string().optional(),
      verifyPinLimit: z.string().optional(),
      sendPinPerApplicationLimit: z.string().optional(),
      sendPinPerPhoneNumberLimit: z.string().optional(),
    })
    .optional(),
});

export const applicationsSchema = z.array(applicationSchema);
