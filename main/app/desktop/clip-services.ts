/** Use cases on one clip of the queue: its plan, its pictures, its test, its files. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { ClipSettings, Plan, Playable, Preview, SideBySide } from '../../contract/app-messages.ts';
import type { ClipFacts, PreviewPictures } from '../../contract/engine-messages.ts';
import { AppError } from '../../core/errors.ts';
import { EngineClient } from '../engine-client.ts';
import { inContainer, makeRequest } from '../job-queue/clip-request.ts';
import type { ChosenNames } from '../job-queue/clip-request.ts';
import type { QueueClip } from '../job-queue/queue-clip.ts';
import type { HelperEngine } from './helper-engine.ts';
import { JobTrial } from './job-trial.ts';
import type { MediaStore } from './media-store.ts';
import type { SpeedBook } from './speed-book.ts';

/** Length of the side-by-side test. */
const TEST_SECONDS = 5;
/** A copy made for looking at is no longer than this. */
const LONGEST_PROXY_SECONDS = 120;

export interface ClipServicesOptions {
  readonly helper: HelperEngine;
  readonly media: MediaStore;
  readonly speeds: SpeedBook;
  readonly names: ChosenNames;
  /** Emptied at every start. */
  readonly temporaryFolder: string;
  readonly statsFolder: string;
}

export class ClipServices {
  readonly #options: ClipServicesOptions;
  /** Copies that were made, by what they are copies of. */
  readonly #proxies = new Map<string, Promise<string>>();
  readonly #trial: JobTrial;

  constructor(options: ClipServicesOptions) {
    this.#options = options;
    this.#trial = new JobTrial(options.temporaryFolder);
  }

  async plan(clip: QueueClip): Promise<Plan> {
    const request = makeRequest(clip, this.#options.names);
    const { outputPath, ...described } = await this.#options.helper.call('describe', request);
    const expected = this.#options.speeds.expect(request, { ...described, outputPath });
    return { described, outputName: basename(inContainer(outputPath, clip.settings.container)), ...expected };
  }

  /** The plan of a clip that no job was like so far: what it takes is tried on some seconds of it, once nothing else is wanted. */
  async tryPlan(clip: QueueClip): Promise<Plan> {
    const { helper, names, speeds } = this.#options;
    const request = makeRequest(clip, names);
    const result = await this.#trial.run(request, () => helper.call('describe', request));
    if (result !== null) await speeds.enter(request, result, 'trial').catch(() => undefined);
    return this.plan(clip);
  }

  /** Something that a person waits for. */
  giveWayTo<T>(work: () => Promise<T>): Promise<T> {
    return this.#trial.giveWayTo(work);
  }

  /** A job begins: it needs the processor. */
  async stopTrial(): Promise<void> {
    await this.#trial.stop();
  }

  async preview(clip: QueueClip, atSeconds: number): Promise<Preview> {
    const { helper, names, temporaryFolder: folder } = this.#options;
    const request = { job: makeRequest(clip, names), atSeconds, folder };
    return this.show(await this.#trial.giveWayTo(() => helper.call('preview', request)));
  }

  show({ beforePath, afterPath, ...facts }: PreviewPictures): Preview {
    const { media } = this.#options;
    return { ...facts, beforeId: media.add(beforePath).mediaId, afterId: media.add(afterPath).mediaId };
  }

  /** Upscales some seconds in an engine of its own and makes both parts playable. */
  async test(clip: QueueClip, atSeconds: number): Promise<SideBySide> {
    const folder = this.#options.temporaryFolder;
    const name = randomUUID();
    const part = { fromSeconds: atSeconds, toSeconds: atSeconds + TEST_SECONDS };
    const request = { ...makeRequest(clip, this.#options.names), ...part, overwrite: true };
    await this.#trial.stop();
    const engine = new EngineClient();
    try {
      const result = await engine.upscale({ ...request, outputPath: join(folder, `${name}.mkv`) });
      await this.#options.speeds.enter(request, result, 'trial').catch(() => undefined);
      const before = join(folder, `${name}-before.mp4`);
      const after = join(folder, `${name}-after.mp4`);
      const all = { fromSeconds: null, seconds: null };
      const cut = { fromSeconds: atSeconds, seconds: TEST_SECONDS };
      await engine.call('proxy', { inputPath: clip.path, outputPath: before, ...cut });
      await engine.call('proxy', { inputPath: result.outputPath, outputPath: after, ...all });
      const seconds = result.frames / (clip.facts?.framesPerSecond ?? 25);
      const playable = (path: string) => ({ ...this.#options.media.add(path), isProxy: true });
      return { before: playable(before), after: playable(after), seconds, framesPerSecond: result.framesPerSecond };
    } finally {
      await engine.close();
    }
  }

  async play(clip: QueueClip, which: 'source' | 'result'): Promise<Playable> {
    const path = which === 'source' ? clip.path : clip.result?.outputPath;
    if (path === undefined) throw new AppError('wrong-usage', 'expected a finished clip but there is no result yet');
    if (clip.facts && canBrowserPlay(path, clip.facts, which === 'result' ? clip.settings : null))
      return { ...this.#options.media.add(path), isProxy: false };
    return { ...this.#options.media.add(await this.#proxyOf(path)), isProxy: true };
  }

  thumbnail({ id, hasThumbnail }: QueueClip): Playable {
    if (!hasThumbnail) throw new AppError('wrong-usage', 'expected a clip with a picture but it has none');
    return { ...this.#options.media.add(this.thumbnailPath(id)), isProxy: true };
  }

  thumbnailPath(clipId: string): string {
    return join(this.#options.statsFolder, `${clipId}.jpg`);
  }

  statsPath(clipId: string): string {
    return join(this.#options.statsFolder, `${clipId}.json`);
  }

  async exportTiming(clip: QueueClip, format: 'csv' | 'json'): Promise<{ mediaId: string; fileName: string }> {
    const path = this.statsPath(clip.id);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) throw new AppError('wrong-usage', 'expected a finished clip but its timing is not there');
    const fileName = `${basename(clip.path, extname(clip.path))}-timing.${format}`;
    if (format === 'json') return { mediaId: this.#options.media.add(path, fileName).mediaId, fileName };
    const table = path.replace(/\.json$/, '.csv');
    await writeFile(table, toCsv(JSON.parse(text) as Readonly<Record<string, unknown>>[]));
    return { mediaId: this.#options.media.add(table, fileName).mediaId, fileName };
  }

  #proxyOf(path: string): Promise<string> {
    const known = this.#proxies.get(path);
    if (known) return known;
    const outputPath = join(this.#options.temporaryFolder, `${randomUUID()}.mp4`);
    const request = { inputPath: path, outputPath, fromSeconds: null, seconds: LONGEST_PROXY_SECONDS };
    const made = this.#options.helper.call('proxy', request).then(() => outputPath);
    this.#proxies.set(path, made);
    made.catch(() => this.#proxies.delete(path));
    return made;
  }
}

const PLAYABLE_CODECS: Readonly<Record<string, readonly string[]>> = {
  '.mp4': ['h264', 'av1'],
  '.m4v': ['h264'],
  '.webm': ['vp8', 'vp9', 'av1'],
};

/** What an encoder writes where the picture is plain. */
function codecOf(choice: ClipSettings['codec']): string {
  if (choice === 'auto' || choice === 'x264') return 'h264';
  return /h264|av1|vp9/.exec(choice)?.[0] ?? choice;
}

/** Whether Chromium plays it: H.264 in MP4 or the free codecs in WebM, 8 bit and 4:2:0. */
export function canBrowserPlay(path: string, facts: ClipFacts, made: ClipSettings | null): boolean {
  const codec = made === null ? facts.codec : codecOf(made.codec);
  const isPlain = facts.pixelFormat === 'yuv420p' || facts.pixelFormat === 'yuvj420p';
  return isPlain && (PLAYABLE_CODECS[extname(path).toLowerCase()]?.includes(codec) ?? false);
}

function toCsv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const header = Object.keys(rows[0] ?? {}).join(',');
  return [header, ...rows.map((row) => Object.values(row).map(String).join(',')), ''].join('\n');
}
