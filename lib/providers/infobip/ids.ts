import { z } from 'zod';

/** The ids that Infobip gives are hexadecimal; nothing that could change a path is one. */
const form = /^[\w-]{1,100}$/;

export const idSchema = z.string({ error: 'is missing' }).regex(form, {
  error: 'must be an id as Infobip gives it: letters, digits, "-" and "_"',
});
