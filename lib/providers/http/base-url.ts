import { z } from 'zod';
import { isBare, isReachable, withoutSlash } from './options.js';

/** Where an API is: an https URL and nothing else; `hint` says what it looks like, or where to find it. */
export function baseUrlSchema(hint: string, secret: string) {
  return z.string({ error: `must be a text, ${hint}` }).transform((text, context) => {
    if (!isReachable(text)) {
      context.addIssue(
        `must be an https URL, ${hint}; http only reaches this machine, because the ${secret} would travel in the clear`,
      );
      return z.NEVER;
    }
    if (!isBare(text)) {
      context.addIssue(`must be a bare URL, ${hint}; credentials have options of their own`);
      return z.NEVER;
    }
    return withoutSlash(text);
  });
}
