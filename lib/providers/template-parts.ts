// Splits a text for APIs that only send predefined templates.
import { z } from 'zod';
import { ConfigurationError } from '../errors.js';
import { codePlaceholder } from '../message/sms-text.js';

/** The text around the code, by the names of the template's placeholders. */
export type TemplateParts = Readonly<Record<string, string>>;

/** The option that names the placeholders, and a description of the template they need. */
interface Naming {
  readonly option: string;
  readonly names: readonly string[] | undefined;
  readonly template: string;
}

/** Names of placeholders that take the text before, between and after the codes. */
export const partNamesSchema = (name: z.ZodType<string>) =>
  z
    .array(name, { error: "must be a list of names like ['before', 'after']" })
    .min(2, { error: 'must have at least two names: for the text before the code and after it' })
    .refine((names) => new Set(names).size === names.length, { error: 'must not repeat a name' })
    .optional();

/**
 * Splits a message's content at the code, for an API that sends only predefined templates, so that the
 * message says exactly what the app wants. The amount and payee that a code approves must be shown (PSD2
 * RTS, article 5), so content that does not fit is an error and is never shortened.
 *
 * @throws {ConfigurationError} `option_invalid`, unless each part has a name.
 */
export function templateParts(content: string, { option, names, template }: Naming): TemplateParts {
  const parts = content.split(codePlaceholder);
  if (names === undefined) {
    throw unsendable(
      'has content of its own, but this provider only sends predefined templates',
      `Create ${template} and name its placeholders in the option "${option}"; or remove the options "content" and "originBoundTo" and the "transaction".`,
    );
  }
  if (names.length !== parts.length) {
    throw unsendable(
      `has ${parts.length} parts around the code, but the option "${option}" has ${names.length} names`,
      `Create ${template}, with a placeholder for each part, and name them all; "originBoundTo" adds one part.`,
    );
  }
  return Object.fromEntries(names.map((name, index) => [name, neutralise(String(parts[index]))]));
}

/**
 * A payee named '{{pin}}' must not become a placeholder; whether the API would expand it is not
 * documented. The full-width forms cannot collide with another transaction, which is in NFKC.
 */
function neutralise(part: string): string {
  return part.replaceAll('{', '\uFF5B').replaceAll('}', '\uFF5D');
}

function unsendable(problem: string, hint: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The message ${problem}; nothing was sent.`,
    hint,
  });
}
