import { z } from 'zod';
import { isDestination } from '../../phone-number.js';
import { contradiction } from './errors.js';
import { idSchema, messageSchema, placeholdersSchema } from './options.js';

/** A PIN to be sent by SMS. */
export interface SendPinRequest {
  applicationId: string;
  messageId: string;
  /** E.164, for example +41793026727. */
  to: string;
  /** The sender, in the place of the template's own. */
  from?: string | undefined;
  /** Values for the placeholders of the template other than `{{pin}}`. */
  placeholders?: Readonly<Record<string, string>> | undefined;
  /** Whether the number is looked up first: the parameter `ncNeeded` of the API. */
  numberLookup?: boolean | undefined;
}

/** The same PIN once more. */
export interface ResendPinRequest {
  pinId: string;
  placeholders?: Readonly<Record<string, string>> | undefined;
}

/** A PIN as somebody entered it. */
export interface VerifyPinRequest {
  pinId: string;
  pin: string;
}

/** The answers to a PIN that is to be sent. HTTP 200 alone does not mean that it was. */
export type SendPinResult =
  | {
      readonly kind: 'sent';
      readonly pinId: string;
      /** The number that Infobip says it sent to, without its '+'. */
      readonly to?: string | undefined;
      readonly numberStatus?: string | undefined;
    }
  /** Infobip did not send; `numberStatus` is what its look-up of the number gave. */
  | {
      readonly kind: 'not_sent';
      readonly to?: string | undefined;
      readonly numberStatus?: string | undefined;
    }
  /** Infobip does not take this number for one. */
  | { readonly kind: 'refused' }
  /** There is no such PIN (any more) to be sent again. */
  | { readonly kind: 'unknown_pin' }
  | { readonly kind: 'throttled'; readonly retryAfter: number | undefined };

/** The answers to a PIN that is to be verified. Only `verified: true` is a yes. */
export type VerifyPinResult =
  | {
      readonly kind: 'answered';
      readonly verified: boolean;
      /** The number whose PIN it is, without its '+'. */
      readonly msisdn?: string | undefined;
      readonly attemptsRemaining?: number | undefined;
      readonly pinError?: string | undefined;
    }
  /** The request was refused; `error` is the `messageId` of the API's exception. */
  | { readonly kind: 'refused'; readonly error: string }
  /** There is no such PIN (any more). */
  | { readonly kind: 'unknown_pin' };

export const sendPinSchema = messageSchema.extend({
  to: z.custom<string>((value) => isDestination(value), {
    error: 'must be a number in E.164 form, for example +41793026727',
  }),
});

export const resendPinSchema = z.strictObject({
  pinId: idSchema,
  placeholders: placeholdersSchema.optional(),
});

export const verifyPinSchema = z.strictObject({
  pinId: idSchema,
  pin: z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' }),
});

// The reference does not say how it writes what is not there: null and an empty text are nothing too.
const word = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

const number = word.transform((value) => value?.replace(/\D/g, ''));

export const sentSchema = z
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

/** The document writes numbers without their '+'. */
export const asMsisdn = (destination: string) => destination.slice(1);

/** An answer about another number is the answer to another question; one that names none contradicts nothing. */
export function assertSameNumber(said: string | undefined, destination: string): void {
  if (said !== undefined && said !== asMsisdn(destination)) {
    throw contradiction('is about another number than it was asked about');
  }
}
