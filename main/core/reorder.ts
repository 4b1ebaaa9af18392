/** Puts results that come out of order back into order. Holds at most `capacity` of them. */
export class ReorderBuffer<T> {
  readonly #waiting = new Map<number, T>();
  readonly #capacity: number;
  #next: number;

  /**
   * @param capacity the greatest number of results held at once
   * @param first index of the first result to give out
   */
  constructor(capacity: number, first = 0) {
    this.#capacity = capacity;
    this.#next = first;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @throws RangeError for an index that was there already, or when full: the feeder must be held back before that */
  put(index: number, value: T): void {
    if (index < this.#next || this.#waiting.has(index)) throw new RangeError(`result ${index} came twice`);
    if (this.#waiting.size >= this.#capacity) {
      throw new RangeError(`expected at most ${this.#capacity} results to wait for ${this.#next} but got ${index}`);
    }
    this.#waiting.set(index, value);
  }

  /** The next result in order, or `undefined` while it is missing. */
  take(): T | undefined {
    const value = this.#waiting.get(this.#next);
    if (value === undefined) return undefined;
    this.#waiting.delete(this.#next);
    this.#next += 1;
    return value;
  }

  /** Empties the buffer and gives back what waited. */
  clear(): T[] {
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    return left;
  }
}
