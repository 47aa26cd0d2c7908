import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { z } from 'zod';
import { inCents } from './money.js';

const password = z.string('Enter a password.').max(200, 'A password has at most 200 characters.');

/** What somebody who changes the mobile number must post. */
export function mobileSchema(allowedPrefixes: readonly string[] | undefined) {
  return z.object({
    mobile: z
      .string('Enter a mobile number.')
      .regex(/^\+[1-9]\d{6,14}$/, 'Enter the number with its country code, such as +64215550123.')
      // Better told now than at the first login, where the strategy would refuse the number.
      .refine(
        (mobile) => allowedPrefixes?.some((prefix) => mobile.startsWith(prefix)) ?? true,
        'We cannot send codes to numbers of this country.',
      ),
  });
}

/** What somebody who registers must post. */
export function registrationSchema(allowedPrefixes: readonly string[] | undefined) {
  return mobileSchema(allowedPrefixes).extend({
    username: z
      .string('Choose a username.')
      .toLowerCase()
      .regex(
        /^[a-z0-9._-]{1,64}$/,
        'A username has 1 to 64 characters: letters, digits, dot, underscore and hyphen.',
      ),
    password: password.min(8, 'A password has at least 8 characters.'),
  });
}

/** A number from people, who write it as they are used to: '021 555 0123', '+64 (0)21-555-0123'. */
export function mobileFormSchema(
  allowedPrefixes: readonly string[] | undefined,
  defaultCountry: CountryCode,
) {
  const mobile = z
    .string('Enter a mobile number.')
    .max(40, 'A mobile number has at most 15 digits.')
    .transform((typed, context) => {
      const number = parsePhoneNumberFromString(typed, defaultCountry);
      // Only possible, not valid: what is valid changes faster than the table of it is updated.
      if (number?.isPossible() && number.ext === undefined) return number.number;
      context.addIssue(
        'Enter a mobile number, such as 021\u00a0555\u00a00123 or +64\u00a021\u00a0555\u00a00123.',
      );
      return z.NEVER;
    })
    .pipe(mobileSchema(allowedPrefixes).shape.mobile);
  return z.object({ mobile });
}

/** A registration from people. */
export function registrationFormSchema(
  allowedPrefixes: readonly string[] | undefined,
  defaultCountry: CountryCode,
) {
  const { mobile } = mobileFormSchema(allowedPrefixes, defaultCountry).shape;
  return registrationSchema(allowedPrefixes).extend({ mobile });
}

/** What a login must post. The rules for a new password are no matter here, only its size is. */
export const credentialsSchema = z.object({
  username: z
    .string('Enter your username.')
    .toLowerCase()
    .min(1, 'Enter your username.')
    .max(64, 'A username has at most 64 characters.'),
  password: password.min(1, 'Enter a password.'),
});

const mostAtOnce = 1_000_000;

/** What somebody who wants to pay must post; the amount comes out in cents. */
export const orderSchema = z.object({
  payee: z
    .string('Enter whom to pay.')
    .trim()
    .min(1, 'Enter whom to pay.')
    .max(70, 'A payee has at most 70 characters.')
    // What is approved must be what is read: nothing unseen, nothing that turns the writing round.
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'Leave out line breaks and characters that cannot be seen.'),
  amount: z
    .string('Enter an amount.')
    .trim()
    .regex(/^\d{1,9}(\.\d{1,2})?$/, 'Enter an amount such as 12.50.')
    .transform(inCents)
    .refine((cents) => cents > 0, 'Enter an amount above zero.')
    .refine((cents) => cents <= mostAtOnce, 'You can pay at most 10000.00 NZD at once.'),
});

/** The first problem with each field, by its name. */
export function fieldErrors(error: z.ZodError): Readonly<Record<string, string>> {
  const errors = error.issues.map(({ path, message }) => [path.join('.') || 'body', message]);
  return Object.fromEntries(errors.reverse());
}
