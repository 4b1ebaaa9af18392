/** What a job would take, tried on some seconds of its clip, where no job like it has run yet. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Described } from '../../contract/engine-messages.ts';
import type { UpscaleRequest, UpscaleResult } from '../../contract/messages.ts';
import { isAppError } from '../../core/errors.ts';
import { EngineClient } from '../engine-client.ts';

/** Long enough for an encoder to get going. */
const LONGEST_SECONDS = 2;
/** Of a large picture fewer frames are tried: samples of all enlarged ones, in millions, and what is tried at the least. */
const MOST_MEGAPIXELS = 200;
const FEWEST_FRAMES = 8;
/** Of the clip: a trial of all of it would be the job. */
const MOST_SHARE = 0.5;

/** After what a person waits for, its pictures have yet to be shown. */
const REST_MS = 1000;

/** One trial at a time, in an engine of its own, while nothing else is wanted of the processor. */
export class JobTrial {
  readonly #folder: string;
  #engine: EngineClient | null = null;
  /** Raised by every stop: what was asked for before is not wanted any more. */
  #round = 0;
  /** Pieces of work that a person waits for, and until when nothing is tried after them. */
  #busy = 0;
  #restUntilMs = 0;

  /** @param folder where it writes, and clears up after itself */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Ends an earlier trial.
   * @param describe what the job would do
   * @returns null where the clip is too short to say, or the trial was stopped
   * @throws AppError what the job would fail with
   */
  async run(request: UpscaleRequest, describe: () => Promise<Described>): Promise<UpscaleResult | null> {
    await this.stop();
    const mine = this.#round;
    const part = partOf(request, await describe());
    while (part !== null && mine === this.#round) {
      const restMs = this.#busy > 0 ? REST_MS : this.#restUntilMs - performance.now();
      if (restMs > 0) await setTimeout(Math.min(restMs, REST_MS));
      else {
        const result = await this.#tryPart({ ...request, ...part });
        if (result !== null) return result;
      }
    }
    return null;
  }

  /** Does what a person waits for; a trial begins anew afterwards. */
  async giveWayTo<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    void this.#engine?.cancel();
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#restUntilMs = performance.now() + REST_MS;
    }
  }

  /** The processor is needed for longer. */
  async stop(): Promise<void> {
    this.#round += 1;
    await this.#engine?.cancel();
  }

  /** @returns null when it was stopped */
  async #tryPart(request: UpscaleRequest): Promise<UpscaleResult | null> {
    const outputPath = join(this.#folder, `${randomUUID()}.mkv`);
    const engine = new EngineClient();
    this.#engine = engine;
    try {
      return await engine.upscale({ ...request, outputPath, statsPath: null, overwrite: true });
    } catch (error) {
      if (isAppError(error) && error.code === 'interrupted') return null;
      throw error;
    } finally {
      if (this.#engine === engine) this.#engine = null;
      await engine.close();
      await rm(outputPath, { force: true });
    }
  }
}

/** Seconds from the middle of what the job would do. */
function partOf(
  { fromSeconds, toSeconds }: UpscaleRequest,
  { durationSeconds, framesPerSecond, to }: Described,
): { fromSeconds: number; toSeconds: number } | null {
  if (durationSeconds === null || framesPerSecond === null) return null;
  const from = fromSeconds ?? 0;
  const all = (toSeconds ?? durationSeconds) - from;
  const affordable = MOST_MEGAPIXELS / ((to.width * to.height) / 1e6);
  const frames = Math.max(FEWEST_FRAMES, affordable);
  const seconds = Math.min(LONGEST_SECONDS, frames / framesPerSecond, all * MOST_SHARE);
  if (seconds * framesPerSecond < FEWEST_FRAMES) return null;
  const start = from + (all - seconds) / 2;
  return { fromSeconds: start, toSeconds: start + seconds };
}
