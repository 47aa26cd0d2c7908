// Infobip's requests and replies about PINs: their types and schemas.
import { z } from 'zod';
import { destinationSchema } from '../options.js';
import { contradiction } from './errors.js';
import { idSchema, pinMessageSchema, placeholdersSchema } from './options.js';

/** How a PIN is sent, as the API names it. */
export type InfobipChannel = 'SMS' | 'VOICE';

/** A request to send a new PIN. */
export interface SendPinRequest {
  applicationId: string;
  messageId: string;
  /** E.164, for example +41793026727. */
  to: string;
  /**
   * The sender that the SMS shows.
   * @default the template's `senderId`
   */
  from?: string | undefined;
  /** Values for the template's placeholders, except `{{pin}}`. */
  placeholders?: Readonly<Record<string, string>> | undefined;
  /** Whether Infobip looks up the number first: the API's parameter `ncNeeded`, for an SMS only. */
  numberLookup?: boolean | undefined;
  /**
   * `'VOICE'` speaks the template in a phone call, in the template's `language`.
   * @default 'SMS'
   */
  channel?: InfobipChannel | undefined;
}

/** A request to send a PIN again. */
export interface ResendPinRequest {
  pinId: string;
  /**
   * `'VOICE'` speaks the PIN and its template in a phone call, however the PIN was sent before.
   * @default 'SMS'
   */
  channel?: InfobipChannel | undefined;
  placeholders?: Readonly<Record<string, string>> | undefined;
}

/** A request to check a PIN. */
export interface VerifyPinRequest {
  pinId: string;
  pin: string;
}

/** An answer to a request to send a PIN. HTTP 200 alone does not mean that it was sent. */
export type SendPinResult =
  | {
      readonly kind: 'sent';
      readonly pinId: string;
      /** The number that Infobip reports, without its '+'. */
      readonly to?: string | undefined;
      readonly numberStatus?: string | undefined;
    }
  /** Infobip did not send; `numberStatus` is the result of its number lookup. */
  | {
      readonly kind: 'not_sent';
      readonly to?: string | undefined;
      readonly numberStatus?: string | undefined;
    }
  /** Infobip says that the number is invalid. */
  | { readonly kind: 'refused' }
  /** Infobip does not know the PIN to resend, or no longer. */
  | { readonly kind: 'unknown_pin' }
  /** `retryAfter` is in seconds. */
  | { readonly kind: 'throttled'; readonly retryAfter: number | undefined };

/** An answer to a request to verify a PIN. Only `verified: true` accepts it. */
export type VerifyPinResult =
  | {
      readonly kind: 'answered';
      readonly verified: boolean;
      /** The number that the PIN was sent to, without its '+'. */
      readonly msisdn?: string | undefined;
      readonly attemptsRemaining?: number | undefined;
      readonly pinError?: string | undefined;
    }
  /** Infobip refused the request; `error` is the `messageId` of its exception. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Infobip does not know the PIN, or no longer. */
  | { readonly kind: 'unknown_pin' };

const channelSchema = z
  .enum(['SMS', 'VOICE'], { error: "must be 'SMS' or 'VOICE'" })
  .default('SMS');

export const sendPinSchema = pinMessageSchema
  .extend({ to: destinationSchema, channel: channelSchema })
  .refine(({ channel, numberLookup }) => channel === 'SMS' || numberLookup === undefined, {
    path: ['numberLookup'],
    error: 'is for an SMS only: the API looks up no number for a call',
  });

export const resendPinSchema = z.strictObject({
  pinId: idSchema,
  channel: channelSchema,
  placeholders: placeholdersSchema,
});

export const verifyPinSchema = z.strictObject({
  pinId: idSchema,
  pin: z.string({ error: 'must be a string' }).min(1, { error: 'must not be empty' }),
});

// How the API omits a value is not documented: null and an empty string count as missing too.
const word = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

const number = word.transform((value) => value?.replace(/\D/g, ''));

const messageSentSchema = z
  .discriminatedUnion('smsStatus', [
    z.object({ smsStatus: z.literal('MESSAGE_SENT'), pinId: idSchema, to: number, ncStatus: word }),
    z.object({ smsStatus: z.literal('MESSAGE_NOT_SENT'), to: number, ncStatus: word }),
  ])
  .transform(
    ({ to, ncStatus: numberStatus, ...reply }): SendPinResult =>
      reply.smsStatus === 'MESSAGE_SENT'
        ? { kind: 'sent', pinId: reply.pinId, to, numberStatus }
        : { kind: 'not_sent', to, numberStatus },
  );

/**
 * The only value that the API reference gives for a call. Its OpenAPI document (3.210) lists no others, so any
 * other leaves it unknown whether the phone rings.
 */
const callPlacedSchema = z
  .object({ callStatus: z.literal('PENDING_ACCEPTED'), pinId: idSchema, to: number })
  .transform(({ pinId, to }): SendPinResult => ({ kind: 'sent', pinId, to }));

/** What the API replies when it has accepted a PIN, by channel. */
export const sentSchemas = { SMS: messageSentSchema, VOICE: callPlacedSchema };

export const verifiedSchema = z.object({
  pinId: z.string(),
  verified: z.boolean(),
  msisdn: number,
  attemptsRemaining: z
    .int()
    .min(0)
    .nullish()
    .transform((value) => value ?? undefined),
  pinError: word,
});

/** A query for the verifications of a number. */
export interface VerificationsRequest {
  applicationId: string;
  /** E.164, for example +41793026727. */
  to: string;
  /** Only verifications that were passed (true) or were not (false). */
  verified?: boolean | undefined;
  /** Only verifications whose PIN was sent (true) or was not (false). */
  sent?: boolean | undefined;
}

/** Whether a PIN was sent and verified. */
export interface InfobipVerification {
  readonly verified: boolean;
  readonly sentAt?: Date | undefined;
  readonly verifiedAt?: Date | undefined;
}

export const verificationsRequestSchema = z.strictObject({
  applicationId: idSchema,
  to: destinationSchema,
  verified: z.boolean({ error: 'must be true or false' }).optional(),
  sent: z.boolean({ error: 'must be true or false' }).optional(),
});

/** Milliseconds since the epoch in the API reference, seconds in its example: large values are milliseconds. */
const time = z
  .int()
  .nullish()
  .transform((value) =>
    value ? new Date(value < 100_000_000_000 ? value * 1000 : value) : undefined,
  );

export const verificationsSchema = z.object({
  verifications: z.array(z.object({ verified: z.boolean(), sentAt: time, verifiedAt: time })),
});

/** A number as the API document writes it, without its '+'. */
export const asMsisdn = (destination: string) => destination.slice(1);

/** @throws {ProviderReplyError} if a reply names another number; one that names none is accepted. */
export function assertSameNumber(reported: string | undefined, destination: string): void {
  if (reported !== undefined && reported !== asMsisdn(destination)) {
    throw contradiction('is about another number than the request');
  }
}
