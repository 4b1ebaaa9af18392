import type { SearchRequest } from '../../contract/search-messages.ts';
import { toPlainError } from '../../contract/rpc.ts';
import type { EngineClient, SearchListeners } from '../engine-client.ts';

/** How long a step may take before the engine is killed: what is lost then is that step, or a minute of training. */
const STOP_WITHIN_MS = 10_000;

/** As much of an engine as a search needs. */
export type SearchEngine = Pick<EngineClient, 'search' | 'cancel' | 'close'>;

export interface SearchRunOptions {
  readonly request: SearchRequest;
  readonly listeners: SearchListeners;
  readonly openEngine: () => SearchEngine;
  readonly isHeld: boolean;
}

/**
 * One search from its start to its end or its stop. Held, it lets go of its engine, hence of processor and memory; another
 * engine goes on afterwards from what the last one has kept.
 */
export class SearchRun {
  readonly #options: SearchRunOptions;
  /** @throws AppError of the engine */
  readonly outcome: Promise<'finished' | 'stopped'>;
  #engine: SearchEngine | null = null;
  #isHeld: boolean;
  #isStopped = false;
  #wake: () => void = () => undefined;

  constructor(options: SearchRunOptions) {
    this.#options = options;
    this.#isHeld = options.isHeld;
    this.outcome = this.#run();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  hold(): void {
    this.#isHeld = true;
    void this.#engine?.cancel(STOP_WITHIN_MS);
  }

  release(): void {
    this.#isHeld = false;
    this.#wake();
  }

  /** Resolves when nothing of it runs. */
  async stop(withinMs = STOP_WITHIN_MS): Promise<void> {
    this.#isStopped = true;
    this.#wake();
    await this.#engine?.cancel(withinMs);
    await this.outcome.catch(() => undefined);
  }

  async #run(): Promise<'finished' | 'stopped'> {
    while (!this.#isStopped) {
      if (this.#isHeld) await new Promise<void>((wake) => (this.#wake = wake));
      else if (await this.#runEngine()) return 'finished';
    }
    return 'stopped';
  }

  /** @returns false when it was held or stopped */
  async #runEngine(): Promise<boolean> {
    const engine = (this.#engine = this.#options.openEngine());
    try {
      return await engine.search(this.#options.request, this.#options.listeners);
    } catch (error) {
      if (toPlainError(error).code !== 'interrupted') throw error;
      return false;
    } finally {
      this.#engine = null;
      await engine.close();
    }
  }
}
