/** What must not get onto a screen, should the API quote it. */
export class Secrets {
  readonly #texts: Set<string>;

  constructor(texts: readonly string[]) {
    this.#texts = new Set(texts);
  }

  add(text: string): void {
    this.#texts.add(text);
  }

  isIn(text: string): boolean {
    return [...this.#texts].some((secret) => text.includes(secret));
  }

  /** The longest first: one may be a part of another. */
  hide(text: string): string {
    return [...this.#texts]
      .sort((one, other) => other.length - one.length)
      .reduce((hidden, secret) => hidden.replaceAll(secret, '…'), text);
  }
}

const longestShown = 200;

/** What the API wrote: it quotes nothing that is secret, and does nothing to the screen. */
export function shown(text: string, secrets: Secrets): string {
  return literal(secrets.hide(text).slice(0, longestShown));
}

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
