/**
 * What is finished of a job, in `journal.json` of its work folder. "Done" means that the journal says so: a segment is
 * entered after its frames and stamps were checked and its file and folder flushed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SinkSummary } from '../core/frame-stream.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import type { Arithmetic } from '../core/runtime.ts';
import { syncFolder, writeDurably } from './durable-file.ts';

export const JOURNAL_FILE = 'journal.json';

/** Everything that decides the output's bytes. A job may go on only where all of it is the same. */
export interface JobIdentity {
  readonly input: FileIdentity;
  /** The digest is of the file that computes in this arithmetic. */
  readonly model: { readonly name: string; readonly sha256: string };
  readonly runtime: string;
  readonly arithmetic: Arithmetic;
  readonly ffmpegVersion: string;
  /** Holds the settings: sizes, formats, encoder and its arguments, trim, segment length. */
  readonly plan: OutputPlan;
}

export interface FileIdentity {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** SHA-256 of the first and the last mebibyte. */
  readonly endsSha256: string;
}

export interface SegmentEntry {
  readonly segment: number;
  /** Name inside the work folder. */
  readonly file: string;
  readonly frames: number;
  /** Ticks of `plan.timeBase`. */
  readonly firstPts: number | null;
  readonly lastPts: number | null;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface JournalContent {
  readonly format: 1;
  readonly identity: JobIdentity;
  readonly segments: readonly SegmentEntry[];
}

export class Journal {
  readonly #path: string;
  readonly #identity: JobIdentity;
  readonly #segments: SegmentEntry[] = [];

  private constructor(folder: string, identity: JobIdentity) {
    this.#path = join(folder, JOURNAL_FILE);
    this.#identity = identity;
  }

  static async create(folder: string, identity: JobIdentity): Promise<Journal> {
    const journal = new Journal(folder, identity);
    await journal.#write();
    return journal;
  }

  get segments(): readonly SegmentEntry[] {
    return this.#segments;
  }

  /** @param path the segment's file, flushed already */
  async enter(segment: number, path: string, { frames, firstPts, lastPts }: SinkSummary): Promise<void> {
    const { size } = await stat(path);
    const sha256 = await hashFile(path);
    await syncFolder(dirname(path));
    this.#segments.push({ segment, file: basename(path), frames, firstPts, lastPts, sizeBytes: size, sha256 });
    await this.#write();
  }

  async #write(): Promise<void> {
    const content: JournalContent = { format: 1, identity: this.#identity, segments: this.#segments };
    await writeDurably(this.#path, JSON.stringify(content));
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const END_BYTES = 1 << 20;

/** Tells an input from another one, or from itself after a change, without reading all of it. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  const file = await open(path, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    const hash = createHash('sha256');
    for (const position of new Set([0, Math.max(0, size - END_BYTES)])) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { path, sizeBytes: size, modifiedMs: mtimeMs, endsSha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
