/** Segments as one video track: one time line, one pass over the files to learn it and one to send it. */
import { AppError } from '../../core/errors.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { computeDts } from '../mp4/decode-order.ts';
import { describeCodec } from '../mp4/sample-codec.ts';
import { movieHead } from '../mp4/movie.ts';
import type { MovieSample } from '../mp4/movie.ts';
import { readSegment } from './segment.ts';

export interface JoinedVideo {
  /** Decoding time of the first frame on the plan's time line, in ticks: MP4's tables begin at zero. */
  readonly firstDts: number;
  /** Presentation of the first frame, likewise. */
  readonly firstPts: number;
  /** How long the last frame stays, in ticks. */
  readonly lastDuration: number;
  /** From the first to the end of the last frame. */
  readonly spanTicks: number;
  /** The bytes of an MP4, index first; each piece is valid until the next is asked for. */
  bytes(): AsyncGenerator<Uint8Array>;
}

/** Reads all segments' stamps and sizes. @param endTicks where the last frame ends; as long as the one before it where that is null. @throws AppError when segments do not belong together */
export async function openJoinedVideo(
  plan: OutputPlan,
  paths: readonly string[],
  endTicks: number | null = null,
): Promise<JoinedVideo> {
  const packets: { pts: number; isKey: boolean; sizeBytes: number }[] = [];
  const { toSample, describe } = describeCodec(plan);
  let codecData: Uint8Array | null = null;
  let firstPayload: Uint8Array | null = null;
  for (const path of paths) {
    let data: Uint8Array = new Uint8Array(0);
    for await (const packet of readSegment(path, plan.timeBase, (stream) => (data = stream.codecData))) {
      firstPayload ??= packet.payload.slice();
      packets.push({ pts: packet.pts, isKey: packet.isKey, sizeBytes: toSample(packet.payload).length });
    }
    codecData ??= data;
    if (!Buffer.from(codecData).equals(data)) {
      throw new AppError(
        'ffmpeg-failed',
        `expected one set of codec parameters but ${path} has others than the first segment`,
      );
    }
  }
  if (codecData === null || firstPayload === null)
    throw new AppError('internal', 'expected at least one segment to join but got none');
  const { samples, firstDts, firstPts, lastDuration, spanTicks } = layOut(packets, plan, endTicks);
  const head = movieHead({
    width: plan.picture.codedWidth,
    height: plan.picture.codedHeight,
    timescale: plan.timeBase.den,
    sampleAspectRatio: plan.picture.sampleAspectRatio,
    ...turnOf(plan),
    codec: describe(codecData, firstPayload),
    color: plan.picture.color,
    hdr: plan.picture.hdr,
    lastDuration,
    samples,
  });
  return { firstDts, firstPts, lastDuration, spanTicks, bytes: () => sendMovie(head, paths, plan.timeBase, toSample) };
}

function turnOf({ picture: { rotation } }: OutputPlan): { rotation: number; mirrored: boolean } {
  const { degrees, mirrored, how } = rotation;
  return how === 'metadata' ? { rotation: degrees, mirrored } : { rotation: 0, mirrored: false };
}

function layOut(
  packets: readonly { pts: number; isKey: boolean; sizeBytes: number }[],
  plan: OutputPlan,
  endTicks: number | null,
) {
  const dts = computeDts(packets.map((packet) => packet.pts));
  const firstDts = dts[0] ?? 0;
  const samples: MovieSample[] = packets.map(({ pts, isKey, sizeBytes }, i) => ({
    sizeBytes,
    isKey,
    pts: pts - firstDts,
    dts: (dts[i] ?? 0) - firstDts,
  }));
  const shown = packets.map((packet) => packet.pts).sort((a, b) => a - b);
  const last = shown.at(-1) ?? 0;
  const likeBefore = shown.length > 1 ? last - (shown.at(-2) ?? 0) : plan.frameTicks;
  const lastDuration = endTicks !== null && endTicks > last ? endTicks - last : likeBefore;
  return {
    samples,
    firstDts,
    firstPts: shown[0] ?? 0,
    lastDuration,
    spanTicks: last - (shown[0] ?? 0) + lastDuration,
  };
}

async function* sendMovie(
  head: Uint8Array,
  paths: readonly string[],
  timeBase: TimeBase,
  toSample: (payload: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (const path of paths) {
    for await (const packet of readSegment(path, timeBase)) yield toSample(packet.payload);
  }
}
