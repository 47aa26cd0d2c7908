/** How many messages, requests, challenges and so on an emulator that runs for weeks keeps, of each. */
const capacity = 10_000;

/** A list that forgets its oldest items, so that its memory is bounded. */
export class BoundedList<Item> {
  readonly #items: Item[] = [];

  /** Oldest first. */
  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length > capacity) this.#items.shift();
  }
}
