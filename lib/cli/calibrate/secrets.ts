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
