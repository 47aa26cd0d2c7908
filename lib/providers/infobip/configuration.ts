// Infobip's applications and message templates: their types and schemas.
import { z } from 'zod';
import { idSchema } from './options.js';

/** How an application sends and checks PINs. Omitted settings have Infobip's default. */
export interface InfobipApplicationConfiguration {
  /**
   * Wrong attempts until a PIN is void.
   * @default 10
   */
  pinAttempts?: number | undefined;
  /**
   * Whether a PIN can be verified more than once. The strategy accepts each code only once in any case.
   * @default true
   */
  allowMultiplePinVerifications?: boolean | undefined;
  /**
   * How long a PIN is valid: `{n}{ms|s|m|h|d}`. Set the provider's option `codeLifetime` to the same time in
   * seconds.
   * @default '15m'
   */
  pinTimeToLive?: string | undefined;
  /**
   * How often a number's PINs may be verified: `{attempts}/{n}{unit}`.
   * @default '1/3s'
   */
  verifyPinLimit?: string | undefined;
  /**
   * How often the application may send: `{attempts}/{n}{unit}`.
   * @default '10000/1d'
   */
  sendPinPerApplicationLimit?: string | undefined;
  /**
   * How often a number may be sent a PIN: `{attempts}/{n}{unit}`.
   * @default '3/1d'
   */
  sendPinPerPhoneNumberLimit?: string | undefined;
}

/** The settings of a new or updated application. */
export interface InfobipApplicationRequest {
  name: string;
  enabled?: boolean | undefined;
  configuration?: InfobipApplicationConfiguration | undefined;
}

/** An application as Infobip returns it. */
export interface InfobipApplication {
  readonly applicationId: string;
  readonly name: string;
  readonly enabled?: boolean | undefined;
  readonly configuration?: Readonly<InfobipApplicationConfiguration> | undefined;
}

const duration = z.string({ error: 'must be a string' }).regex(/^\d*(ms|s|m|h|d)$/, {
  error: "must be a duration like '15m'",
});
const limit = z.string({ error: 'must be a string' }).regex(/^\d+\/\d*(ms|s|m|h|d)$/, {
  error: "must be a limit like '5/1d'",
});

export const applicationRequestSchema = z.strictObject({
  name: z.string({ error: 'must be a string' }).min(1, { error: 'must not be empty' }),
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

// Undocumented attributes of a reply are dropped.
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

/** The characters of a PIN. */
export type InfobipPinType = 'NUMERIC' | 'ALPHA' | 'HEX' | 'ALPHANUMERIC';

/** The settings of a new or updated message template. */
export interface InfobipTemplateRequest {
  /** The text, with `{{pin}}` in place of the PIN; it may have other placeholders. */
  messageText: string;
  pinType: InfobipPinType;
  /** NIST SP 800-63B-4 requires at least six digits. */
  pinLength?: number | undefined;
  senderId?: string | undefined;
  /** The language code of a voice message, for example `'en'`. */
  language?: string | undefined;
  /** The DTMF key that repeats a voice message. */
  repeatDTMF?: string | undefined;
  /** The speech rate of a voice message. */
  speechRate?: number | undefined;
  /** The voice of a voice message. */
  voiceName?: string | undefined;
}

/** A message template as Infobip returns it. */
export interface InfobipTemplate {
  readonly messageId: string;
  readonly messageText: string;
  readonly applicationId?: string | undefined;
  readonly pinType?: string | undefined;
  readonly pinLength?: number | undefined;
  readonly senderId?: string | undefined;
  readonly language?: string | undefined;
  readonly repeatDTMF?: string | undefined;
  readonly speechRate?: number | undefined;
  readonly voiceName?: string | undefined;
}

export const pinPlaceholder = '{{pin}}';

const text = z.string({ error: 'must be a string' }).min(1, { error: 'must not be empty' });

export const templateRequestSchema = z.strictObject({
  messageText: z
    .string({ error: 'must be a string' })
    .refine((messageText) => messageText.includes(pinPlaceholder), {
      error: `must contain ${pinPlaceholder}, in place of the PIN`,
    }),
  pinType: z.enum(['NUMERIC', 'ALPHA', 'HEX', 'ALPHANUMERIC'], {
    error: "must be 'NUMERIC', 'ALPHA', 'HEX' or 'ALPHANUMERIC'",
  }),
  pinLength: z
    .number({ error: 'must be a number of characters' })
    .int({ error: 'must be a whole number of characters' })
    .min(1, { error: 'must be at least 1' })
    .optional(),
  senderId: text.optional(),
  language: text.optional(),
  repeatDTMF: text.optional(),
  speechRate: z.number({ error: 'must be a number' }).optional(),
  voiceName: text.optional(),
});

/** A partial update. */
export const templateUpdateSchema = templateRequestSchema.partial();

export const templateSchema = z.object({
  messageId: idSchema,
  messageText: z.string(),
  applicationId: z.string().optional(),
  pinType: z.string().optional(),
  pinLength: z.number().optional(),
  senderId: z.string().optional(),
  language: z.string().optional(),
  repeatDTMF: z.string().optional(),
  speechRate: z.number().optional(),
  voiceName: z.string().optional(),
});

export const templatesSchema = z.array(templateSchema);
