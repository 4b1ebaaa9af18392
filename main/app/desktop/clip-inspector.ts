import { stat } from 'node:fs/promises';
import type { JobQueue } from '../job-queue/job-queue.ts';
import type { HelperEngine } from './helper-engine.ts';

/** Finds out in the background what added clips are, one after another. */
export class ClipInspector {
  readonly #helper: HelperEngine;
  readonly #thumbnailPath: (clipId: string) => string;
  #queue: JobQueue | null = null;
  #waiting: string[] = [];
  #working: Promise<void> | null = null;

  constructor(helper: HelperEngine, thumbnailPath: (clipId: string) => string) {
    this.#helper = helper;
    this.#thumbnailPath = thumbnailPath;
  }

  attach(queue: JobQueue): void {
    this.#queue = queue;
    this.look(queue.clips.filter(({ facts }) => facts === null).map(({ id }) => id));
  }

  look(clipIds: readonly string[]): void {
    this.#waiting.push(...clipIds);
    this.#working ??= this.#work().finally(() => (this.#working = null));
  }

  async close(): Promise<void> {
    this.#waiting = [];
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      const clip = this.#queue?.clips.find((candidate) => candidate.id === id);
      if (!clip) continue;
      const thumbnailPath = this.#thumbnailPath(id);
      // A clip that cannot be read says so when it is planned or run.
      const facts = await this.#helper.call('probe', { inputPath: clip.path, thumbnailPath }).catch(() => null);
      if (facts === null) continue;
      const hasThumbnail = (await stat(thumbnailPath).catch(() => null)) !== null;
      await this.#queue?.note(id, { facts, hasThumbnail });
    }
  }
}
