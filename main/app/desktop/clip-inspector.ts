import { toPlainError } from '../../contract/rpc.ts';
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
    this.look(queue.clips.filter(({ facts, hasThumbnail }) => facts === null || !hasThumbnail).map(({ id }) => id));
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
      const inputPath = clip.path;
      const facts = await this.#helper.call('probe', { inputPath }).catch(toPlainError);
      if ('code' in facts) {
        // Said at once, not only when its turn has come.
        await this.#queue?.note(id, { error: { code: facts.code, message: facts.message } });
        continue;
      }
      // Told at once: the page asks for a preview as soon as it knows them.
      await this.#queue?.note(id, { facts });
      const outputPath = this.#thumbnailPath(id);
      const hasThumbnail = await this.#helper.call('thumbnail', { inputPath, outputPath }).catch(() => false);
      if (hasThumbnail) await this.#queue?.note(id, { hasThumbnail });
    }
  }
}
