import { readFile, rename } from 'node:fs/promises';
import { writeDurably } from '../durable-file.ts';
import { queueContentSchema } from './queue-clip.ts';
import type { QueueClip } from './queue-clip.ts';

/** The queue on disk. Changes that come while a write is under way share the next one. */
export class QueueFile {
  readonly #path: string;
  #wanted: (() => readonly QueueClip[]) | null = null;
  #writing: Promise<void> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns the clips, none where there is no file. A file that is not ours is put aside, never overwritten. */
  async read(): Promise<{ clips: QueueClip[]; putAside: string | null }> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return { clips: [], putAside: null };
    const content = queueContentSchema.safeParse(parseJson(text));
    if (content.success) return { clips: content.data.clips, putAside: null };
    const putAside = `${this.#path}.${String(Date.now())}.unreadable`;
    await rename(this.#path, putAside);
    return { clips: [], putAside };
  }

  /** Resolves when what `clips` gives at that moment, or something newer, is on the disk. */
  save(clips: () => readonly QueueClip[]): Promise<void> {
    this.#wanted = clips;
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
    return this.#writing;
  }

  async #write(): Promise<void> {
    for (let clips = this.#wanted; clips !== null; clips = this.#wanted) {
      this.#wanted = null;
      await writeDurably(this.#path, JSON.stringify({ format: 1, clips: clips() }));
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
