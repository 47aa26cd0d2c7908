/** What must not get onto a screen, should the API quote it. */
export class Secrets {
  readonly #values: Set<string>;

  constructor(texts: readonly string[]) {
    this.#values = new Set(texts);
  }

  add(text: string): void {
    this.#values.add(text);
  }

  occurIn(text: string): boolean {
    return [...this.#values].some((secret) => text.includes(secret));
  }

  /** The longest first: one may be a part of another. */
  redact(text: string): string {
    return [...this.#values]
      .sort((one, other) => other.length - one.length)
      .reduce((hidden, secret) => hidden.replaceAll(secret, '…'), text);
  }
}

const maxPrintedLength = 200;

/** What the API wrote: it quotes nothing that is secret, and does nothing to the screen. */
export function printable(text: string, secrets: Secrets): string {
  return stringLiteral(secrets.redact(text).slice(0, maxPrintedLength));
}

/** Control characters, and those that break lines or turn the direction of writing. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A text of somebody else's as TypeScript writes it, which does no harm on a screen either. */
export function stringLiteral(text: string): string {
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return `'${escaped}'`;
}

/** The same as the name of a property. */
export function propertyKey(text: string): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : stringLiteral(text);
}
