const KEPT_LINES = 40;
const LONGEST_LINE = 500;

/** Splits text into lines as it comes and keeps the last ones: enough evidence, whatever a program prints. */
export class LineTail {
  readonly #take: ((line: string) => boolean) | undefined;
  #kept: string[] = [];
  #rest = '';

  /** @param take sees every line; true keeps it out of the tail */
  constructor(take?: (line: string) => boolean) {
    this.#take = take;
  }

  push(text: string): void {
    const parts = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = (parts.pop() ?? '').slice(0, LONGEST_LINE);
    for (const part of parts) this.#add(part);
  }

  /** The last lines, a last one without a line break included. */
  lines(): string[] {
    if (this.#rest !== '') this.#add(this.#rest);
    this.#rest = '';
    return [...this.#kept];
  }

  #add(line: string): void {
    if (line.trim() === '' || this.#take?.(line) === true) return;
    this.#kept.push(line.slice(0, LONGEST_LINE));
    if (this.#kept.length > KEPT_LINES) this.#kept.shift();
  }
}
