import { createReadStream } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { rescaleTicks } from '../../core/time-base.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { NutDemuxer } from '../nut/demuxer.ts';
import type { NutPacket, NutStream } from '../nut/demuxer.ts';

export interface SegmentPacket extends NutPacket {
  readonly payload: Uint8Array;
}

export interface SegmentIndex {
  readonly stream: NutStream;
  /** In the order of decoding. */
  readonly packets: readonly NutPacket[];
}

const READ_BYTES = 1024 * 1024;

/**
 * Reads a segment packet by packet, in the order of decoding. Stamps are ticks of `timeBase`; the file's own may be finer,
 * since the muxer doubles coarse ones until they suit its taste.
 * @throws AppError when its muxer did not come to its end
 */
export async function* readSegment(
  path: string,
  timeBase: TimeBase,
  onStream?: (stream: NutStream) => void,
): AsyncGenerator<SegmentPacket> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  try {
    const nut = await NutDemuxer.open(file as AsyncIterable<Uint8Array>);
    onStream?.(nut.stream);
    for (let packet = await nut.nextPacket(); packet !== null; packet = await nut.nextPacket()) {
      const payload = Buffer.allocUnsafe(packet.size);
      await nut.readPayload([payload]);
      yield { ...packet, pts: rescaleTicks(packet.pts, nut.stream.timeBase, timeBase), payload };
    }
    if (!nut.isComplete) throw new AppError('ffmpeg-failed', `expected a whole segment but ${path} is cut off`);
  } finally {
    file.destroy();
  }
}

/** Stamps, sizes and parameters of a segment. @throws AppError for a cut or damaged file */
export async function readSegmentIndex(path: string, timeBase: TimeBase): Promise<SegmentIndex> {
  const packets: NutPacket[] = [];
  let stream: NutStream | null = null;
  for await (const { pts, isKey, size } of readSegment(path, timeBase, (found) => (stream = found)))
    packets.push({ pts, isKey, size });
  if (stream === null) throw new AppError('ffmpeg-failed', `expected a segment but ${path} has no track`);
  return { stream, packets };
}
