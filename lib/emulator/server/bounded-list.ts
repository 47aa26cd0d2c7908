// The list in which an emulator keeps what it received and created.

/** Items kept of each kind (messages, requests, challenges), so that memory stays bounded. */
const capacity = 10_000;

/** A list that drops its oldest items once it is full. */
export class BoundedList<Item> {
  readonly #items: Item[] = [];

  /** Live, oldest first. */
  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length > capacity) this.#items.shift();
  }
}
