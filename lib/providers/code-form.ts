import { z } from 'zod';

/** What a code of a provider looks like. Where an API leaves it open: letters and digits, so that none is refused. */
export const codeFormSchema = z
  .instanceof(RegExp, { error: 'must be a regular expression' })
  // A global or sticky one remembers where it stopped, and refuses every other code.
  .refine(({ global, sticky }) => !global && !sticky, {
    error: 'must be a plain regular expression, neither global nor sticky',
  })
  .default(/^[0-9A-Za-z]{4,12}$/);
