/** A line that both directions share, as USB 2 is: what goes over it takes its time, in the order it came. */
export class SlowLine {
  readonly #bytesPerSecond: number | null;
  #freeAtMs = 0;
  #queue: { atMs: number; deliver: () => unknown }[] = [];
  #timer: NodeJS.Timeout | undefined;
  bytes = 0;

  constructor(bytesPerSecond: number | null) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  carry(bytes: number, deliver: () => unknown): void {
    this.bytes += bytes;
    if (this.#bytesPerSecond === null) {
      deliver();
      return;
    }
    const startMs = Math.max(performance.now(), this.#freeAtMs);
    this.#freeAtMs = startMs + (1000 * bytes) / this.#bytesPerSecond;
    this.#queue.push({ atMs: this.#freeAtMs, deliver });
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#queue.length === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const nowMs = performance.now();
        while (this.#queue.length > 0 && this.#queue[0]!.atMs <= nowMs) this.#queue.shift()!.deliver();
        this.#arm();
      },
      Math.max(0, this.#queue[0]!.atMs - performance.now()),
    );
  }
}
