import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { z } from 'zod';
import { inCents } from './money.js';
import { supportActions } from './support.js';
import type { Words } from './words/words.js';

/** The errors of fields, in the user's language. */
type FieldErrors = Words['fields'];

function passwordSchema(errors: FieldErrors) {
  return z.string(errors.password).max(200, errors.passwordTooLong);
}

/** A new mobile number. */
export function mobileSchema(errors: FieldErrors, allowedPrefixes: readonly string[] | undefined) {
  return z.object({
    mobile: z
      .string(errors.mobile)
      .regex(/^\+[1-9]\d{6,14}$/, errors.mobileWithCountry)
      // Refused here rather than by the strategy at the first login.
      .refine(
        (mobile) => allowedPrefixes?.some((prefix) => mobile.startsWith(prefix)) ?? true,
        errors.mobileAbroad,
      ),
  });
}

/** A registration. It has no number: a number is saved once a code has proved it. */
export function registrationSchema(errors: FieldErrors) {
  return z.object({
    username: z
      .string(errors.newUsername)
      .toLowerCase()
      .regex(/^[a-z0-9._-]{1,64}$/, errors.newUsernameForm),
    password: passwordSchema(errors).min(8, errors.passwordTooShort),
  });
}

/** The password of a logged-in user, typed once more. */
export function currentPasswordSchema(errors: FieldErrors) {
  return z.object({ currentPassword: passwordSchema(errors).min(1, errors.password) });
}

/** What a support agent does for a user. */
export function supportSchema(errors: FieldErrors) {
  return z.object({
    username: z
      .string(errors.otherUsername)
      .trim()
      .toLowerCase()
      .min(1, errors.otherUsername)
      .max(64, errors.usernameTooLong),
    action: z.enum(supportActions),
  });
}

/** A new password, and the current one. */
export function passwordChangeSchema(errors: FieldErrors) {
  return currentPasswordSchema(errors).extend({
    newPassword: passwordSchema(errors).min(8, errors.passwordTooShort),
  });
}

/** A number as people write it: '021 555 0123', '+64 (0)21-555-0123'. */
export function mobileFormSchema(
  errors: FieldErrors,
  allowedPrefixes: readonly string[] | undefined,
  defaultCountry: CountryCode,
) {
  const mobile = z
    .string(errors.mobile)
    .max(40, errors.mobileTooLong)
    .transform((typed, context) => {
      const number = parsePhoneNumberFromString(typed, defaultCountry);
      // isPossible, not isValid: numbering plans change faster than the library's table of them.
      if (number?.isPossible() && number.ext === undefined) return number.number;
      context.addIssue(errors.mobileSuchAs);
      return z.NEVER;
    })
    .pipe(mobileSchema(errors, allowedPrefixes).shape.mobile);
  return z.object({ mobile });
}

/** A login. Only the length of the password is checked: the rules for new ones may have changed. */
export function credentialsSchema(errors: FieldErrors) {
  return z.object({
    username: z
      .string(errors.username)
      .toLowerCase()
      .min(1, errors.username)
      .max(64, errors.usernameTooLong),
    password: passwordSchema(errors).min(1, errors.password),
    // In the place of a code from an SMS. The strategy checks it.
    recoveryCode: z.string(errors.recoveryCode).optional(),
  });
}

/** In cents. */
const maxAmount = 1_000_000;

/** An order for a payment; parses the amount into cents. */
export function orderSchema(errors: FieldErrors) {
  return z.object({
    payee: z
      .string(errors.payee)
      // Before normalising: a hundred thousand accents take seconds.
      .max(500, { error: errors.payeeTooLong, abort: true })
      // As the SMS shows it and the code approves it, because the draft is compared with that.
      .normalize('NFKC')
      .trim()
      .min(1, errors.payee)
      .max(70, errors.payeeTooLong)
      // What is approved must be what is read: no invisible characters, no bidirectional controls.
      .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, errors.payeeUnseen),
    amount: z
      .string(errors.amount)
      .trim()
      .regex(/^\d{1,9}(\.\d{1,2})?$/, errors.amountSuchAs)
      .transform(inCents)
      .refine((cents) => cents > 0, errors.amountZero)
      .refine((cents) => cents <= maxAmount, errors.amountTooLarge),
  });
}

/** The first error of each field, by name. */
export function fieldErrors(error: z.ZodError): Readonly<Record<string, string>> {
  const errors = error.issues.map(({ path, message }) => [path.join('.') || 'body', message]);
  return Object.fromEntries(errors.reverse());
}
