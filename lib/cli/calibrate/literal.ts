/** Control characters, and those that break lines or turn the direction of writing. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A text of somebody else's as TypeScript writes it, which does no harm on a screen either. */
export function literal(text: string): string {
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(invisible, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return `'${escaped}'`;
}

/** The same as the name of a property. */
export function propertyName(text: string): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : literal(text);
}
