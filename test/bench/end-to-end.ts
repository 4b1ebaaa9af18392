/**
 * The whole command on a 360p clip: `tandem upscale`, 640x360 to 1280x720, int8, an 8-layer network of 16 channels whose
 * hidden layers keep a quarter of their 8x4 blocks, x264 ultrafast at crf 18. Beside it, what ffmpeg's decoder and encoder
 * alone cost for the same frames. Run alone: node test/bench/end-to-end.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import type { UpscaleResult } from '../../main/contract/messages.ts';
import { encodeOnnx } from '../../models/format/onnx.ts';
import { availableIsas, measurePeak } from '../../native-bridge/cpu/engine.ts';
import { sharedData } from '../helpers/shared-data.ts';
import { makeBlockSparseInt8 } from './block-sparse-net.ts';
import { measureChildren } from './cpu-clock.ts';
import type { CpuSpan } from './cpu-clock.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const CLI = resolve(import.meta.dirname, '../../main/shells/cli/bootstrap.mjs');
/** Long enough for start, inspection of the model and the final check to weigh as in a clip of a minute. */
const FRAMES = 1500;
const ENCODER = ['--preset', 'ultrafast', '--crf', '18'] as const;
/** What the limit of 13.5 ms was set on: vpdpbusd on one core, Gop/s. */
const LIMIT = { cpuMsPerFrame: 13.5, int8PeakGops: 445 } as const;

export interface EndToEndRow extends CpuSpan {
  readonly source: string;
  readonly frames: number;
  readonly runtime: string;
  readonly arithmetic: string;
  readonly framesPerSecond: number;
  /** Of all processes, from the kernel's count for waited-for children. */
  readonly cpuMsPerFrame: number;
  /** Frames per second over cores x 1000 / cpuMsPerFrame: at least 0.80 is wanted. */
  readonly shareOfBest: number;
  /** The same with the cores less what others took of them meanwhile. */
  readonly shareOfBestLessOthers: number;
  /** What ffmpeg alone takes to decode the clip, and to encode what came out, with the job's own settings. */
  readonly ffmpegDecodeMsPerFrame: number;
  readonly ffmpegEncodeMsPerFrame: number;
  /** The rest: engine, chroma, pipes, starts, joining and checking. */
  readonly ownCpuMsPerFrame: number;
  readonly int8PeakGops: number;
  /** 13.5 ms scaled by the int8 peak, as if decoder and encoder grew with it. */
  readonly cpuMsPerFrameAtMost: number;
  readonly stageMsPerFrame: Readonly<Record<string, number>>;
}

export async function benchEndToEnd(frames = FRAMES): Promise<EndToEndRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  try {
    const model = join(folder, 'c16-75.onnx');
    writeFileSync(model, encodeOnnx(makeBlockSparseInt8(16, 6, 0.25)));
    const { clip, source } = await makeSource(folder, frames);
    return await withTrainingsPaused(async () => [await measure({ clip, source, model, folder })]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeSource(folder: string, frames: number): Promise<{ clip: string; source: string }> {
  const { ffmpeg } = await locateFfmpeg();
  const clip = join(folder, 'source.mp4');
  const data = sharedData();
  const name = 'bbb_720p25_h264_aac51.mp4';
  const input =
    data === null
      ? ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25']
      : ['-stream_loop', '-1', '-i', join(data, 'clips', name)];
  const encode = ['-an', '-vf', 'scale=640:360', '-frames:v', String(frames), '-c:v', 'libx264', '-crf', '18'];
  await execa(ffmpeg.path, ['-v', 'error', ...input, ...encode, '-pix_fmt', 'yuv420p', clip]);
  return { clip, source: data === null ? 'testsrc2' : name };
}

interface Setting {
  readonly clip: string;
  readonly source: string;
  readonly model: string;
  readonly folder: string;
}

async function measure({ clip, source, model, folder }: Setting): Promise<EndToEndRow> {
  const output = join(folder, 'output.mp4');
  const args = ['upscale', clip, '--model', model, ...ENCODER, '-o', output, '--json'];
  const { value, span } = await measureChildren(() => execa(process.execPath, [CLI, ...args]));
  if (span === null) throw new Error('expected Linux, whose kernel tells the processor time of children');
  const [outcome] = (JSON.parse(value.stdout) as { results: { result: UpscaleResult }[] }).results;
  const { frames, runtime, arithmetic, stages } = outcome!.result;
  const framesPerSecond = frames / span.wallSeconds;
  const cpuMsPerFrame = (1000 * span.cpuSeconds) / frames;
  const freeCores = span.cores - span.othersCpuSeconds / span.wallSeconds;
  const { int8 } = measurePeak(availableIsas()[0]!, 300);
  const alone = await measureFfmpeg(clip, output, folder);
  const ownCpuMsPerFrame = cpuMsPerFrame - alone.ffmpegDecodeMsPerFrame - alone.ffmpegEncodeMsPerFrame;
  return {
    ...{ source, frames, runtime, arithmetic, ...span, framesPerSecond, cpuMsPerFrame, ...alone, ownCpuMsPerFrame },
    shareOfBest: (framesPerSecond * cpuMsPerFrame) / (1000 * span.cores),
    shareOfBestLessOthers: (framesPerSecond * cpuMsPerFrame) / (1000 * freeCores),
    int8PeakGops: int8,
    cpuMsPerFrameAtMost: (LIMIT.cpuMsPerFrame * LIMIT.int8PeakGops) / int8,
    stageMsPerFrame: Object.fromEntries(stages.map(({ stage, sum }) => [stage, sum / frames])),
  };
}

/** Frames of the encoder's own run: their samples lie in a file meanwhile. */
const ENCODED = 300;

/** ffmpeg's part by itself: nothing between it and its files. */
async function measureFfmpeg(clip: string, output: string, folder: string) {
  const ffmpeg = (await locateFfmpeg()).ffmpeg.path;
  const run = async (frames: number, ...args: string[]): Promise<number> => {
    const { span } = await measureChildren(() => execa(ffmpeg, ['-v', 'error', '-y', ...args]));
    return (1000 * (span?.cpuSeconds ?? NaN)) / frames;
  };
  const raw = join(folder, 'frames.nut');
  await run(ENCODED, '-i', output, '-frames:v', String(ENCODED), '-c:v', 'rawvideo', raw);
  const encoded = join(folder, 'encoded.nut');
  const encode = ['-c:v', 'libx264', ...ENCODER.map((word) => word.replace('--', '-'))];
  const params = ['-threads', String(Math.max(4, availableParallelism())), '-x264-params', 'sync-lookahead=0'];
  return {
    ffmpegDecodeMsPerFrame: await run(FRAMES, '-i', clip, '-f', 'null', '-'),
    ffmpegEncodeMsPerFrame: await run(ENCODED, '-f', 'nut', '-i', raw, ...encode, ...params, encoded),
  };
}

if (import.meta.main) console.log(JSON.stringify(await benchEndToEnd(Number(process.argv[2] ?? FRAMES)), null, 2));
