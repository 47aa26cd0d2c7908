import { z } from 'zod';
import { idSchema } from './options.js';

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

/** What the characters of a PIN are. */
export type InfobipPinType = 'NUMERIC' | 'ALPHA' | 'HEX' | 'ALPHANUMERIC';

/** A message template as it is asked for. */
export interface InfobipTemplateRequest {
  /** Holds `{{pin}}`, where the PIN goes, and what other placeholders there are. */
  messageText: string;
  pinType: InfobipPinType;
  /** NIST SP 800-63B-4 asks for at least six digits. */
  pinLength?: number | undefined;
  senderId?: string | undefined;
  /** The language code of a message that is read out, for example `'en'`. */
  language?: string | undefined;
  /** The DTMF key that repeats a message that is read out. */
  repeatDTMF?: string | undefined;
  /** The speed of a message that is read out. */
  speechRate?: number | undefined;
  /** The voice of a message that is read out. */
  voiceName?: string | undefined;
}

/** A message template as Infobip has it. */
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

const text = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' });

export const templateRequestSchema = z.strictObject({
  messageText: z
    .string({ error: 'must be a text' })
    .refine((messageText) => messageText.includes(pinPlaceholder), {
      error: `must hold ${pinPlaceholder}, where the PIN goes`,
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

/** Only what changes is given. */
export const templateUpdateSchema = templateRequestSchema.partial();

// What a reply holds beyond the document is dropped.
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
