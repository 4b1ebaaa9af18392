import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Described } from '../../contract/engine-messages.ts';
import type { UpscaleRequest, UpscaleResult } from '../../contract/messages.ts';
import { writeDurably } from '../durable-file.ts';

const entrySchema = z.strictObject({
  key: z.string(),
  /** 0 where all there is so far is trials on parts of clips. */
  jobs: z.int(),
  /** Sums over those jobs, or trials. */
  seconds: z.number(),
  megapixels: z.number(),
  bytes: z.number(),
});
const bookSchema = z.array(entrySchema);
type Entry = z.infer<typeof entrySchema>;

/** Newest keys that are kept. */
const MOST_ENTRIES = 200;

export interface Expectation {
  readonly expectedSeconds: number | null;
  readonly expectedBytes: number | null;
  /** How many jobs it comes from; 0 where it was tried on a part. */
  readonly basis: number;
}

/** How fast jobs went on this computer, by model and encoder: what a new job may take. */
export class SpeedBook {
  readonly #path: string;
  #entries: Entry[];

  private constructor(path: string, entries: Entry[]) {
    this.#path = path;
    this.#entries = entries;
  }

  static async open(path: string): Promise<SpeedBook> {
    const text = await readFile(path, 'utf8').catch(() => '[]');
    try {
      return new SpeedBook(path, bookSchema.parse(JSON.parse(text)));
    } catch {
      return new SpeedBook(path, []);
    }
  }

  /** A whole job counts instead of any trials before it. */
  async enter(request: UpscaleRequest, result: UpscaleResult, kind: 'job' | 'trial'): Promise<void> {
    const key = keyOf(request, result.model);
    const old = this.#entries.find((entry) => entry.key === key);
    if (kind === 'trial' && (old?.jobs ?? 0) > 0) return;
    const counted = kind === 'job' && old?.jobs === 0 ? null : old;
    const { jobs, seconds, megapixels, bytes } = counted ?? { jobs: 0, seconds: 0, megapixels: 0, bytes: 0 };
    const entry = {
      key,
      jobs: kind === 'job' ? jobs + 1 : 0,
      // Of a trial what a job does once would count for far too much.
      seconds: seconds + (kind === 'job' ? result.wallSeconds : result.pipelineSeconds),
      megapixels: megapixels + (result.frames * result.to.width * result.to.height) / 1e6,
      bytes: bytes + result.outputBytes,
    };
    this.#entries = [entry, ...this.#entries.filter((other) => other !== old)].slice(0, MOST_ENTRIES);
    await writeDurably(this.#path, JSON.stringify(this.#entries));
  }

  expect(request: UpscaleRequest, { model, totalFrames, to }: Described): Expectation {
    const entry = this.#entries.find(({ key }) => key === keyOf(request, model));
    if (!entry || totalFrames === null || entry.megapixels === 0)
      return { expectedSeconds: null, expectedBytes: null, basis: 0 };
    const share = (totalFrames * to.width * to.height) / 1e6 / entry.megapixels;
    return { expectedSeconds: entry.seconds * share, expectedBytes: entry.bytes * share, basis: entry.jobs };
  }
}

function keyOf({ device, codec, crf, preset }: UpscaleRequest, model: string): string {
  return [model, device, codec, crf, preset].join(' ');
}
