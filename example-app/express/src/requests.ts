import { z } from 'zod';

const password = z.string('Enter a password.').max(200, 'A password has at most 200 characters.');

/** What somebody who registers must post. */
export function registrationSchema(allowedPrefixes: readonly string[] | undefined) {
  return z.object({
    username: z
      .string('Choose a username.')
      .toLowerCase()
      .regex(
        /^[a-z0-9._-]{1,64}$/,
        'A username has 1 to 64 characters: letters, digits, dot, underscore and hyphen.',
      ),
    password: password.min(8, 'A password has at least 8 characters.'),
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

/** What a login must post. The rules for a new password are no matter here, only its size is. */
export const credentialsSchema = z.object({
  username: z
    .string('Enter your username.')
    .toLowerCase()
    .min(1, 'Enter your username.')
    .max(64, 'A username has at most 64 characters.'),
  password: password.min(1, 'Enter a password.'),
});
