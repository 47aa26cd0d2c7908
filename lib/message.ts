/** Where the API puts the code: a named variable of Python's string formatting. */
export const codePlaceholder = '%(code)s';

/**
 * What is wrong with the text of an SMS, if anything. A '%' anywhere else is refused: in Python's
 * formatting a stray one breaks the whole text, and the API documents no way to escape it.
 */
export function contentProblem(content: string): string | undefined {
  const rest = content.split(codePlaceholder);
  if (rest.length === 1) {
    return `it must hold ${codePlaceholder}, where the code goes (the API answers 400 otherwise)`;
  }
  return rest.some((text) => text.includes('%'))
    ? `it holds a "%" outside ${codePlaceholder}; write "percent"`
    : undefined;
}
