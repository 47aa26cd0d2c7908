// Makes what the API wrote safe to print: without secrets, and escaped.

/** Values that must not be printed, even if the API repeats them. */
export class Secrets {
  readonly #values: Set<string>;

  constructor(values: readonly string[]) {
    this.#values = new Set(values);
  }

  add(value: string): void {
    this.#values.add(value);
  }

  occurIn(text: string): boolean {
    return [...this.#values].some((secret) => text.includes(secret));
  }

  redact(text: string): string {
    // Longest first: one secret may be part of another.
    return [...this.#values]
      .sort((one, other) => other.length - one.length)
      .reduce((redacted, secret) => redacted.replaceAll(secret, '…'), text);
  }
}

const maxPrintedLength = 200;

/** A string from the API, without secrets, cut to a length and quoted. */
export function printable(text: string, secrets: Secrets): string {
  return stringLiteral(secrets.redact(text).slice(0, maxPrintedLength));
}

/** Control characters, line separators and characters that change the text direction. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Quotes a string as TypeScript; terminal escape sequences come out inert. */
export function stringLiteral(text: string): string {
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return `'${escaped}'`;
}

/** Quotes a property name only where TypeScript requires it. */
export function propertyKey(text: string): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : stringLiteral(text);
}
