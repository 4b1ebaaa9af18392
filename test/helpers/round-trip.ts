import { join } from 'node:path';
import { openDecoder } from '../../main/adapters/ffmpeg/decoder.ts';
import { openEncoder } from '../../main/adapters/ffmpeg/encoder.ts';
import { joinSegments } from '../../main/adapters/ffmpeg/join.ts';
import { planOutput } from '../../main/adapters/ffmpeg/plan.ts';
import { probeMedia } from '../../main/adapters/ffmpeg/probe.ts';
import type { CommandOptions, FfmpegTools } from '../../main/adapters/ffmpeg/tools.ts';
import { verifyOutput } from '../../main/adapters/ffmpeg/verify.ts';
import { frameFormats } from '../../main/app/open-lane.ts';
import { FramePool } from '../../main/core/frame-pool.ts';
import type { Frame } from '../../main/core/frame.ts';
import type { FrameSink } from '../../main/core/frame-stream.ts';
import { createLumaPath } from '../../main/core/picture-path.ts';
import type { OutputPlan, OutputRequest } from '../../main/core/output-plan.ts';

export interface RoundTrip {
  readonly plan: OutputPlan;
  readonly outputPath: string;
  readonly segments: readonly string[];
  /** Ticks of decoded frames. */
  readonly stamps: readonly number[];
}

/** A request for the frame path alone: no scaling, lossless and quick. */
export function plainRequest(inputPath: string, more: Partial<OutputRequest> = {}): OutputRequest {
  const span = { fromSeconds: null, toSeconds: null };
  const encoding = { codec: 'auto', crf: 0, preset: 'ultrafast', segmentFrames: 20 } as const;
  const care = { deinterlace: 'auto', inverseTelecine: false, tolerateDamage: false } as const;
  return { inputPath, outputPath: null, scale: 1, modelColour: 'y', ...span, ...encoding, ...care, ...more };
}

/** Planes as the encoder wants them, with a model that only copies. */
function makeRepacker(plan: OutputPlan): (frame: Frame) => Frame {
  const { source, target } = frameFormats(plan);
  if (plan.source.pixelFormat === plan.picture.pixelFormat) return (frame) => frame;
  const path = createLumaPath({ source, target, scale: 1 });
  const pool = new FramePool(target);
  return (frame) => {
    const { index, pts, duration } = frame;
    const out = pool.acquire({ index, pts, duration });
    const job = path.begin(frame, out);
    for (const { input, output } of [job, ...(job.further ?? [])]) output[0]!.data.set(input[0]!.data);
    job.beside();
    frame.close();
    return out;
  };
}

/** The whole frame path with nothing between decoder and encoder, in segments, into `folder`. */
export async function roundTrip(
  tools: FfmpegTools,
  inputPath: string,
  folder: string,
  more: Partial<OutputRequest> & { options?: CommandOptions } = {},
): Promise<RoundTrip> {
  const { options = {}, ...request } = more;
  const media = await probeMedia(tools, inputPath);
  const plan = planOutput(media, plainRequest(inputPath, request), tools.capabilities);
  const source = await openDecoder(tools, media, plan, options);
  const repack = makeRepacker(plan);
  const segments: string[] = [];
  const stamps: number[] = [];
  let sink: FrameSink | null = null;
  try {
    for await (const frame of source.frames()) {
      if (frame.index % plan.segmentFrames === 0) {
        await sink?.finish();
        const path = join(folder, `segment-${String(segments.length)}.nut`);
        sink = await openEncoder(tools, plan, { ...options, segmentIndex: segments.length, path });
        segments.push(path);
      }
      stamps.push(frame.pts);
      await sink?.push(repack(frame));
    }
    await sink?.finish();
  } catch (error) {
    await sink?.abort();
    throw error;
  }
  const outputPath = join(folder, `out.${plan.container}`);
  await joinSegments(tools, media, plan, segments, outputPath, options);
  await verifyOutput(tools, plan, outputPath, { frames: stamps.length, sourceIsBlack: false });
  return { plan, outputPath, segments, stamps };
}
