// The schemas of Infobip's request bodies.
import { z } from 'zod';
import { isDestination } from '../../phone-number.js';
import { parseJsonObject } from '../server/http.js';
import { infobipAssumed, infobipSpec } from './api-facts.js';
import { durationPattern, limitPattern } from './rate-limit.js';
import { ServiceException } from './service-exception.js';

const defaults = infobipSpec.configuration;

const durationError = "must be a duration such as '15m'";
const limitError = "must be a limit such as '1/3s'";

const duration = () => z.string(durationError).regex(durationPattern, durationError);
const limit = () => z.string(limitError).regex(limitPattern, limitError);

export const configurationSchema = z.object({
  pinAttempts: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(defaults.pinAttempts),
  allowMultiplePinVerifications: z.boolean().default(defaults.allowMultiplePinVerifications),
  pinTimeToLive: duration().default(defaults.pinTimeToLive),
  verifyPinLimit: limit().default(defaults.verifyPinLimit),
  sendPinPerApplicationLimit: limit().default(defaults.sendPinPerApplicationLimit),
  sendPinPerPhoneNumberLimit: limit().default(defaults.sendPinPerPhoneNumberLimit),
});

// Bodies may have unknown attributes, which are ignored.
export const applicationBody = z.object({
  name: z.string().min(1),
  configuration: configurationSchema.prefault({}),
  enabled: z.boolean().default(true),
});

export type ApplicationBody = z.infer<typeof applicationBody>;

const pinLength = z.int().min(1).max(infobipAssumed.maxPinLength);

const template = z.object({
  messageText: z.string().includes(infobipSpec.pinPlaceholder),
  pinType: z.enum(infobipSpec.pinTypes),
  pinLength,
  senderId: z.string().optional(),
  language: z.string().optional(),
  // For voice calls: stored and returned. What a call says is the same text as that of an SMS.
  repeatDTMF: z.string().optional(),
  speechRate: z.number().optional(),
  voiceName: z.string().optional(),
});

export const templateBody = template.extend({
  pinLength: pinLength.default(infobipSpec.example.pinLength),
});

export type TemplateBody = z.infer<typeof templateBody>;

export const templateChanges = template.partial();

const placeholders = z.record(z.string(), z.string()).default({});

export const sendBody = z.object({
  applicationId: z.string(),
  messageId: z.string(),
  from: z.string().optional(),
  // The examples have no '+'; accepting one is made up.
  to: z
    .string()
    .transform((number) => number.replace(/^\+/, ''))
    .refine((digits) => isDestination(`+${digits}`)),
  placeholders,
});

export const resendBody = z.object({ placeholders });

export const verifyBody = z.object({ pin: z.string() });

/** @throws ServiceException */
export function readBody<Value>(schema: z.ZodType<Value>, text: string): Value {
  const body = parseJsonObject(text);
  if (body === undefined) throw new ServiceException(infobipAssumed.error.badRequest);
  return readAttributes(schema, body);
}

/** @throws ServiceException that names every invalid attribute */
export function readAttributes<Value>(schema: z.ZodType<Value>, attributes: object): Value {
  const parsed = schema.safeParse(attributes);
  if (parsed.success) return parsed.data;
  const reasons = new Map<string, string[]>();
  for (const { path, message } of parsed.error.issues) {
    const name = path.join('.');
    reasons.set(name, [...(reasons.get(name) ?? []), message]);
  }
  throw new ServiceException(infobipAssumed.error.badRequest, {
    validationErrors: Object.fromEntries(reasons),
  });
}
