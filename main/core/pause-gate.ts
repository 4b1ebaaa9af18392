/** Why work is held: a person asked for it, or the disk is nearly full. */
export type PauseReason = 'asked' | 'disk';

/**
 * Holds work back while any reason stands. Whoever starts a piece of work waits at the gate first; what has begun is
 * finished, so that pausing takes as long as one frame.
 */
export class PauseGate {
  readonly #reasons = new Set<PauseReason>();
  #waiting: (() => void)[] = [];
  readonly #shut = new Set<() => void>();
  #isOver = false;

  get isPaused(): boolean {
    return !this.#isOver && this.#reasons.size > 0;
  }

  hold(reason: PauseReason): void {
    const isFirst = this.#reasons.size === 0 && !this.#isOver;
    this.#reasons.add(reason);
    if (isFirst) for (const told of this.#shut) told();
  }

  /** Tells whenever the gate is shut that was open. @returns what ends that */
  onShut(told: () => void): () => void {
    this.#shut.add(told);
    return () => void this.#shut.delete(told);
  }

  release(reason: PauseReason): void {
    this.#reasons.delete(reason);
    this.#open();
  }

  /** Lets everything through from now on: the job is at its end, and what waits must be able to see that. */
  end(): void {
    this.#isOver = true;
    this.#open();
  }

  /** Resolves at once while nothing holds. */
  async passed(): Promise<void> {
    while (this.isPaused) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #open(): void {
    if (this.isPaused) return;
    for (const go of this.#waiting.splice(0)) go();
  }
}
