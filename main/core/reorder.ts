/** Puts results that come out of order back into order. Whoever feeds it bounds how many wait in it. */
export class ReorderBuffer<T> {
  readonly #waiting = new Map<number, T>();
  #next: number;

  /** @param first index of the first result to give out */
  constructor(first = 0) {
    this.#next = first;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @throws RangeError for an index that was there already */
  put(index: number, value: T): void {
    if (index < this.#next || this.#waiting.has(index)) throw new RangeError(`result ${index} came twice`);
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
