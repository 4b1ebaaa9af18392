import type { Arithmetic, Runtime, RuntimeModel, RuntimeSession } from '../core/runtime.ts';

/** A model on a runtime for pictures of any size, one after another; the session is kept while the size stays the same. */
export class SizedSession {
  readonly #open: (width: number, height: number) => Promise<RuntimeSession>;
  #current: { readonly size: string; readonly session: RuntimeSession } | null = null;

  constructor(runtime: Runtime, model: RuntimeModel, bitDepth: number, arithmetic: Arithmetic) {
    const { scale } = model;
    this.#open = (width, height) => runtime.open(model, { width, height, bitDepth, scale }, { arithmetic });
  }

  async for(width: number, height: number): Promise<RuntimeSession> {
    const size = `${width}x${height}`;
    if (this.#current?.size === size) return this.#current.session;
    await this.close();
    const session = await this.#open(width, height);
    this.#current = { size, session };
    return session;
  }

  async close(): Promise<void> {
    const { session } = this.#current ?? {};
    this.#current = null;
    await session?.close();
  }
}
