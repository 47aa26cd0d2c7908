import { z } from 'zod';
import { type EmulatorReply, json, parseJsonObject } from '../server/http.js';
import { infobipAssumed, infobipSpec } from './api-facts.js';
import { durationPattern, limitPattern } from './rate-limit.js';

const usual = infobipSpec.configuration;

const durationForm = "must be a duration such as '15m'";
const limitForm = "must be a limit such as '1/3s'";

const duration = () => z.string(durationForm).regex(durationPattern, durationForm);
const limit = () => z.string(limitForm).regex(limitPattern, limitForm);

export const configuration = z.object({
  pinAttempts: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(usual.pinAttempts),
  allowMultiplePinVerifications: z
    .boolean('must be a boolean')
    .default(usual.allowMultiplePinVerifications),
  pinTimeToLive: duration().default(usual.pinTimeToLive),
  verifyPinLimit: limit().default(usual.verifyPinLimit),
  sendPinPerApplicationLimit: limit().default(usual.sendPinPerApplicationLimit),
  sendPinPerPhoneNumberLimit: limit().default(usual.sendPinPerPhoneNumberLimit),
});

// Attributes that are not known are ignored, in every body.
export const applicationBody = z.object({
  name: z.string().min(1),
  configuration: configuration.prefault({}),
  enabled: z.boolean().default(true),
});

export type ApplicationBody = z.infer<typeof applicationBody>;

const pinLength = z.int().min(1).max(infobipAssumed.longestPin);

const template = z.object({
  messageText: z.string().includes(infobipSpec.pinPlaceholder),
  pinType: z.enum(infobipSpec.pinTypes),
  pinLength,
  senderId: z.string().optional(),
  language: z.string().optional(),
  // For calls: kept and given back, and of no effect on an SMS.
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
  // The examples have no '+'; that one is taken, and dropped, is invented.
  to: z
    .string()
    .regex(/^\+?[1-9]\d{1,14}$/)
    .transform((number) => number.replace('+', '')),
  placeholders,
});

export const resendBody = z.object({ placeholders });

export const verifyBody = z.object({ pin: z.string() });

export function readBody<Value>(schema: z.ZodType<Value>, text: string): Value {
  const body = parseJsonObject(text);
  if (body === undefined) throw new ServiceException(infobipAssumed.error.badRequest);
  return read(schema, body);
}

/** @throws ServiceException that names every attribute that is wrong */
export function read<Value>(schema: z.ZodType<Value>, attributes: object): Value {
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

interface Refusal {
  readonly status: number;
  readonly messageId: string;
  readonly text: string;
}

interface Particulars {
  /** What was wrong with each attribute, by name. */
  readonly validationErrors?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal by the API, in the form that Infobip gives all of them. */
export class ServiceException extends Error {
  readonly reply: EmulatorReply;

  constructor({ status, messageId, text }: Refusal, particulars: Particulars = {}) {
    super(text);
    const { validationErrors, headers } = particulars;
    const serviceException = { messageId, text, validationErrors };
    this.reply = json(status, { requestError: { serviceException } }, headers);
  }
}
