import { ConfigurationError } from '../errors.js';
import { codePlaceholder } from '../message/sms-text.js';

/** What an API takes in the place of a whole text: the pieces around the code, by name. */
export type Pieces = Readonly<Record<string, string>>;

/** Which option names the pieces, and what the template must look like for them. */
interface Naming {
  readonly option: string;
  readonly names: readonly string[] | undefined;
  readonly template: string;
}

/**
 * A text cut where the code goes, each piece under the name that the template has for it. Where
 * templates are made beforehand this is how a message can say exactly what the app wants it to: what a
 * code approves must be shown (PSD2 RTS, article 5), so what cannot be sent is never left out.
 *
 * @throws {ConfigurationError} `option_invalid`, when there is no name for each piece.
 */
export function piecesOf(content: string, { option, names, template }: Naming): Pieces {
  const pieces = content.split(codePlaceholder);
  if (names === undefined) {
    throw unsendable(
      'has a text, but this provider sends texts from templates that are made beforehand',
      `Make ${template} and name its placeholders in the option "${option}"; or use neither "content", nor "originBoundTo", nor a "transaction".`,
    );
  }
  if (names.length !== pieces.length) {
    throw unsendable(
      `is a text of ${pieces.length} pieces around the code, and the option "${option}" names ${names.length}`,
      `Make ${template}, with a placeholder for each piece, and name all of them; "originBoundTo" adds one.`,
    );
  }
  return Object.fromEntries(names.map((name, index) => [name, harmless(String(pieces[index]))]));
}

/**
 * A payee who is called '{{pin}}' is no placeholder; whether the API would read one is not known. The
 * full-width forms are not in NFKC, so no other transaction is shown so.
 */
function harmless(piece: string): string {
  return piece.replaceAll('{', '\uFF5B').replaceAll('}', '\uFF5D');
}

function unsendable(problem: string, hint: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The message ${problem}; nothing was sent.`,
    hint,
  });
}
