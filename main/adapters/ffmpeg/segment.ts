import { open } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import { rescaleTicks } from '../../core/time-base.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { NutDemuxer } from '../nut/demuxer.ts';
import type { NutPacket, NutStream } from '../nut/demuxer.ts';
import { FileSource } from '../process/byte-pipe.ts';

export interface SegmentPacket extends NutPacket {
  /** Valid until the next packet is asked for. */
  readonly payload: Uint8Array;
}

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
  let memory = new Uint8Array(0);
  for await (const { packet, nut } of packetsOf(path)) {
    if (packet.size > memory.length) memory = new Uint8Array(2 * packet.size);
    const payload = memory.subarray(0, packet.size);
    await nut.readPayload([payload]);
    onStream?.(nut.stream);
    onStream = undefined;
    yield { ...packet, pts: rescaleTicks(packet.pts, nut.stream.timeBase, timeBase), payload };
  }
}

/** Stamps and sizes of a segment, in the order of decoding. @throws AppError for a cut or damaged file */
export async function readSegmentPackets(path: string, timeBase: TimeBase): Promise<NutPacket[]> {
  const packets: NutPacket[] = [];
  for await (const { packet, nut } of packetsOf(path)) {
    await nut.skipPayload();
    packets.push({ ...packet, pts: rescaleTicks(packet.pts, nut.stream.timeBase, timeBase) });
  }
  return packets;
}

/** The packets in the stream's own ticks; each one's payload is to be read or skipped. */
async function* packetsOf(path: string): AsyncGenerator<{ packet: NutPacket; nut: NutDemuxer }> {
  const file = await open(path);
  try {
    const nut = await NutDemuxer.open(new FileSource(file));
    for (let packet = await nut.nextPacket(); packet !== null; packet = await nut.nextPacket()) yield { packet, nut };
    if (!nut.isComplete) throw new AppError('ffmpeg-failed', `expected a whole segment but ${path} is cut off`);
  } finally {
    await file.close();
  }
}
