import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { z } from 'zod';
import { inCents } from './money.js';
import type { Words } from './words/words.js';

/** What is wrong with a field, in the language of who posts. */
type Says = Words['fields'];

function passwordSchema(says: Says) {
  return z.string(says.password).max(200, says.passwordTooLong);
}

/** What somebody who changes the mobile number must post. */
export function mobileSchema(says: Says, allowedPrefixes: readonly string[] | undefined) {
  return z.object({
    mobile: z
      .string(says.mobile)
      .regex(/^\+[1-9]\d{6,14}$/, says.mobileWithCountry)
      // Better told now than at the first login, where the strategy would refuse the number.
      .refine(
        (mobile) => allowedPrefixes?.some((prefix) => mobile.startsWith(prefix)) ?? true,
        says.mobileAbroad,
      ),
  });
}

/** What somebody who registers must post. */
export function registrationSchema(says: Says, allowedPrefixes: readonly string[] | undefined) {
  return mobileSchema(says, allowedPrefixes).extend({
    username: z
      .string(says.newUsername)
      .toLowerCase()
      .regex(/^[a-z0-9._-]{1,64}$/, says.newUsernameForm),
    password: passwordSchema(says).min(8, says.passwordTooShort),
  });
}

/** What somebody who changes the password must post. */
export function passwordChangeSchema(says: Says) {
  return z.object({
    currentPassword: passwordSchema(says).min(1, says.password),
    newPassword: passwordSchema(says).min(8, says.passwordTooShort),
  });
}

/** A number from people, who write it as they are used to: '021 555 0123', '+64 (0)21-555-0123'. */
export function mobileFormSchema(
  says: Says,
  allowedPrefixes: readonly string[] | undefined,
  defaultCountry: CountryCode,
) {
  const mobile = z
    .string(says.mobile)
    .max(40, says.mobileTooLong)
    .transform((typed, context) => {
      const number = parsePhoneNumberFromString(typed, defaultCountry);
      // Only possible, not valid: what is valid changes faster than the table of it is updated.
      if (number?.isPossible() && number.ext === undefined) return number.number;
      context.addIssue(says.mobileSuchAs);
      return z.NEVER;
    })
    .pipe(mobileSchema(says, allowedPrefixes).shape.mobile);
  return z.object({ mobile });
}

/** A registration from people. */
export function registrationFormSchema(
  says: Says,
  allowedPrefixes: readonly string[] | undefined,
  defaultCountry: CountryCode,
) {
  const { mobile } = mobileFormSchema(says, allowedPrefixes, defaultCountry).shape;
  return registrationSchema(says, allowedPrefixes).extend({ mobile });
}

/** What a login must post. The rules for a new password are no matter here, only its size is. */
export function credentialsSchema(says: Says) {
  return z.object({
    username: z
      .string(says.username)
      .toLowerCase()
      .min(1, says.username)
      .max(64, says.usernameTooLong),
    password: passwordSchema(says).min(1, says.password),
  });
}

const mostAtOnce = 1_000_000;

/** What somebody who wants to pay must post; the amount comes out in cents. */
export function orderSchema(says: Says) {
  return z.object({
    payee: z
      .string(says.payee)
      // To normalise a hundred thousand accents takes seconds.
      .max(500, { error: says.payeeTooLong, abort: true })
      // As the SMS shows it and the code approves it: the draft is compared with that when it is paid.
      .normalize('NFKC')
      .trim()
      .min(1, says.payee)
      .max(70, says.payeeTooLong)
      // What is approved must be what is read: nothing unseen, nothing that turns the writing round.
      .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, says.payeeUnseen),
    amount: z
      .string(says.amount)
      .trim()
      .regex(/^\d{1,9}(\.\d{1,2})?$/, says.amountSuchAs)
      .transform(inCents)
      .refine((cents) => cents > 0, says.amountZero)
      .refine((cents) => cents <= mostAtOnce, says.amountTooLarge),
  });
}

/** The first problem with each field, by its name. */
export function fieldErrors(error: z.ZodError): Readonly<Record<string, string>> {
  const errors = error.issues.map(({ path, message }) => [path.join('.') || 'body', message]);
  return Object.fromEntries(errors.reverse());
}
