/**
 * What is finished of a job, in `journal.json` of its work folder. "Done" means that the journal says so: a segment is
 * entered after its frames and stamps were checked and its file and folder flushed. The journal carries a hash of itself:
 * one that was cut or altered is never believed.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { upscaleRequestSchema } from '../contract/messages.ts';
import type { UpscaleRequest } from '../contract/messages.ts';
import { AppError } from '../core/errors.ts';
import type { SinkSummary } from '../core/frame-stream.ts';
import { syncFolder, writeDurably } from './durable-file.ts';
import { hashFile } from './file-identity.ts';
import { jobIdentitySchema } from './job-identity.ts';
import type { JobIdentity } from './job-identity.ts';

const JOURNAL_FILE = 'journal.json';
const FORMAT = 2;

const segmentEntrySchema = z.strictObject({
  segment: z.int(),
  /** Name inside the work folder. */
  file: z.string(),
  frames: z.int().min(1),
  /** Ticks of `plan.timeBase`. */
  firstPts: z.number(),
  lastPts: z.number(),
  sizeBytes: z.int(),
  sha256: z.string(),
  /** Of the decoded source frame behind the segment's last one: where a job that goes on must find itself again. */
  sourceSha256: z.string(),
  /** The source has shown nothing but black so far. */
  isBlack: z.boolean(),
});
export type SegmentEntry = z.infer<typeof segmentEntrySchema>;

const contentSchema = z.strictObject({
  request: upscaleRequestSchema,
  identity: jobIdentitySchema,
  segments: z.array(segmentEntrySchema),
  /** The whole file is about to get its name: what it is known by, also under that name. */
  publishing: z.strictObject({ sizeBytes: z.int(), inode: z.number() }).nullable(),
});
export type JournalContent = z.infer<typeof contentSchema>;

const journalSchema = z.strictObject({ format: z.int(), sha256: z.string(), content: z.unknown() });

/**
 * @param text what stands in a journal's file
 * @throws AppError `journal-damaged` for anything that no Tandem of this format wrote just so
 */
export function parseJournal(text: string): JournalContent {
  const damaged = (why: string) => new AppError('journal-damaged', `expected a whole journal but ${why}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged('it is cut off or altered');
  }
  const outer = journalSchema.safeParse(json);
  if (!outer.success) throw damaged('it is of another kind');
  const { format, sha256, content } = outer.data;
  if (format !== FORMAT) throw damaged(`it is of format ${format}, where this Tandem writes ${FORMAT}`);
  if (hashText(JSON.stringify(content)) !== sha256) throw damaged('its content does not match its hash');
  // Exactly as it was written: JSON can say the same in many ways, and damage has made some of them.
  if (JSON.stringify({ format, sha256, content }) !== text) throw damaged('it was altered');
  const inner = contentSchema.safeParse(content);
  if (!inner.success) throw damaged(`its ${inner.error.issues[0]?.path.join('.') ?? 'content'} is wrong`);
  if (!isInOrder(inner.data.segments)) throw damaged('its segments do not follow one another');
  return inner.data;
}

/** @returns null where there is none; @throws AppError `journal-damaged` naming the file */
export async function readJournal(folder: string): Promise<JournalContent | null> {
  const path = join(folder, JOURNAL_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  try {
    return parseJournal(text);
  } catch (error) {
    throw new AppError('journal-damaged', `${(error as Error).message}: ${path}`, { details: { path }, cause: error });
  }
}

export class Journal {
  readonly #path: string;
  #content: JournalContent;

  private constructor(folder: string, content: JournalContent) {
    this.#path = join(folder, JOURNAL_FILE);
    this.#content = content;
  }

  /** A new one, or one that goes on with `segments`. Written at once. */
  static async create(
    folder: string,
    request: UpscaleRequest,
    identity: JobIdentity,
    segments: readonly SegmentEntry[] = [],
  ): Promise<Journal> {
    const journal = new Journal(folder, { request, identity, segments: [...segments], publishing: null });
    await journal.#write();
    return journal;
  }

  get identity(): JobIdentity {
    return this.#content.identity;
  }

  get segments(): readonly SegmentEntry[] {
    return this.#content.segments;
  }

  /** Frames that are done. */
  get frames(): number {
    return countFrames(this.segments);
  }

  /** @param path the segment's file, flushed already */
  async enter(segment: number, path: string, summary: SinkSummary, source: SourceMark): Promise<void> {
    const { frames, firstPts, lastPts } = summary;
    if (firstPts === null || lastPts === null) throw new Error(`segment ${segment} has no frames to enter`);
    const { size: sizeBytes } = await stat(path);
    const sha256 = await hashFile(path);
    await syncFolder(dirname(path));
    const file = basename(path);
    const entry = { segment, file, frames, firstPts, lastPts, sizeBytes, sha256, ...source };
    await this.#change({ segments: [...this.segments, entry] });
  }

  /** The finished file is about to be renamed: whatever happens then, it will be known again. */
  async announce(joinedPath: string): Promise<void> {
    const { size: sizeBytes, ino: inode } = await stat(joinedPath);
    await this.#change({ publishing: { sizeBytes, inode } });
  }

  async #change(change: Partial<JournalContent>): Promise<void> {
    const before = this.#content;
    this.#content = { ...before, ...change };
    try {
      await this.#write();
    } catch (error) {
      this.#content = before;
      throw error;
    }
  }

  async #write(): Promise<void> {
    await writeDurably(this.#path, formatJournal(this.#content));
  }
}

export type SourceMark = Pick<SegmentEntry, 'sourceSha256' | 'isBlack'>;

/** The text that {@link parseJournal} takes. */
export function formatJournal(content: JournalContent): string {
  return JSON.stringify({ format: FORMAT, sha256: hashText(JSON.stringify(content)), content });
}

export function countFrames(segments: readonly SegmentEntry[]): number {
  return segments.reduce((sum, { frames }) => sum + frames, 0);
}

/** Of the finished segments. */
export function sumBytes({ segments }: { readonly segments: readonly SegmentEntry[] }): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** True when the output already is the file that the journal announced. */
export async function isPublished({ publishing }: JournalContent, outputPath: string): Promise<boolean> {
  if (publishing === null) return false;
  const found = await stat(outputPath).catch(() => null);
  return found?.size === publishing.sizeBytes && found.ino === publishing.inode;
}

function isInOrder(segments: readonly SegmentEntry[]): boolean {
  return segments.every(({ segment }, i) => segment === i);
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
