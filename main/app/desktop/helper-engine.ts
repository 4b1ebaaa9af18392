import type { CallInput, CallName, CallOutput } from '../../contract/api.ts';
import type { EngineApi } from '../../contract/api.ts';
import { AppError } from '../../core/errors.ts';
import { EngineClient } from '../engine-client.ts';

type HelperCall = Exclude<CallName<EngineApi>, 'upscale' | 'search' | 'cancel' | 'pause' | 'unpause' | 'newestFrame'>;

/** An engine kept warm for questions and previews, beside the one that runs a job. Another is started where it died. */
export class HelperEngine {
  #engine: EngineClient | null = null;
  #isClosed = false;

  /** @throws AppError of the engine; `interrupted` once it is closed, since another engine would outlive the app */
  async call<N extends HelperCall>(name: N, input: CallInput<EngineApi, N>): Promise<CallOutput<EngineApi, N>> {
    if (this.#isClosed) throw new AppError('interrupted', 'the app is being closed');
    const engine = (this.#engine ??= new EngineClient());
    try {
      return await engine.call(name, input);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'engine-died' && this.#engine === engine) this.#engine = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#engine?.close();
    this.#engine = null;
  }
}
