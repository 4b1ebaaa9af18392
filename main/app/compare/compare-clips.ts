import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { degradeClip } from '../../adapters/ffmpeg/compare/degrade-clip.ts';
import { readLumaFrames, type LumaSource } from '../../adapters/ffmpeg/compare/luma-frames.ts';
import { startVmafMeter } from '../../adapters/ffmpeg/compare/vmaf-meter.ts';
import type { FfmpegTools } from '../../adapters/ffmpeg/tools.ts';
import { AppError } from '../../core/errors.ts';
import { psnr } from '../../core/quality/psnr.ts';
import { openClip } from './open-clip.ts';
import { lumaFromU8, type Upscaler, type UpscalerFacts } from './upscaler.ts';

/** One line of the table: an upscaler on a clip that was made smaller and encoded. */
export interface ClipRow extends UpscalerFacts {
  readonly clip: string;
  readonly crf: number;
  /** Size of the picture that is judged. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** dB, mean over the frames. */
  readonly psnrY: number;
  /** Mean over the frames; null where this ffmpeg cannot measure it. */
  readonly vmaf: number | null;
}

export interface CompareClipsOptions {
  readonly tools: FfmpegTools;
  readonly scale: number;
  readonly crfs: readonly number[];
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** Judges every upscaler on every clip at every crf. */
export async function compareClips(
  paths: readonly string[],
  upscalers: readonly Upscaler[],
  options: CompareClipsOptions,
): Promise<ClipRow[]> {
  const clips: LumaSource[] = [];
  for (const path of paths) clips.push(await openClip(options.tools, path, options.scale));
  const folder = await mkdtemp(join(tmpdir(), 'tandem-compare-'));
  const rows: ClipRow[] = [];
  const total = clips.length * options.crfs.length * upscalers.length;
  try {
    for (const source of clips) {
      for (const crf of options.crfs) {
        const small = join(folder, `${crf}.mp4`);
        await degradeClip({ source, scale: options.scale, crf, target: small });
        for (const upscaler of upscalers) {
          const clip = basename(source.path);
          options.onProgress?.(`${clip} crf ${crf} ${upscaler.facts.model}`, rows.length, total);
          const figures = await judgeClip(
            source,
            smallSource(source, small, options.scale),
            upscaler,
            options.tools.capabilities.vmaf,
          );
          rows.push({ ...upscaler.facts, clip, crf, width: source.width, height: source.height, ...figures });
        }
      }
    }
    options.onProgress?.('done', total, total);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

function smallSource(source: LumaSource, path: string, scale: number): LumaSource {
  return { ...source, path, width: source.width / scale, height: source.height / scale };
}

async function judgeClip(
  reference: LumaSource,
  small: LumaSource,
  upscaler: Upscaler,
  hasVmaf: boolean,
): Promise<{ frames: number; psnrY: number; vmaf: number | null }> {
  const meter = hasVmaf ? startVmafMeter(reference) : null;
  const originals = readLumaFrames(reference);
  let frames = 0;
  let sum = 0;
  try {
    for await (const luma of readLumaFrames(small)) {
      const upscaled = await upscaler.upscale(lumaFromU8(small.width, small.height, luma));
      const original = await originals.next();
      if (original.done === true) throw countError(reference, `only ${frames}`);
      sum += psnr({ width: reference.width, height: reference.height, data: original.value }, upscaled);
      frames++;
      await meter?.add(upscaled.data);
    }
    if ((await originals.next()).done !== true) throw countError(reference, `more than ${frames}`);
    if (frames === 0) throw new AppError('input-unsupported', `expected frames in ${reference.path}, but got none`);
    return { frames, psnrY: sum / frames, vmaf: meter === null ? null : await meter.finish() };
  } finally {
    await originals.return(undefined);
    await meter?.close();
  }
}

function countError(reference: LumaSource, found: string): AppError {
  const message = `expected ${reference.path} and its smaller copy to have as many frames, but the original has ${found}`;
  return new AppError('output-check-failed', message);
}
