import { z } from 'zod';
import { idSchema } from './ids.js';

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
