/** An MP4 of one video track whose index comes first: ffmpeg reads it from a pipe and takes every stamp as it stands. */
import type { ColorInfo } from '../../core/color.ts';
import type { HdrMetadata } from '../../core/hdr.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { colorBoxes, hdrBoxes } from './color-boxes.ts';
import { box, fullBox, text, u16, u32, u32List, u64, u8 } from './boxes.ts';

export interface MovieSample {
  readonly sizeBytes: number;
  readonly isKey: boolean;
  /** Ticks; zero first, rising strictly. */
  readonly dts: number;
  /** Ticks, not before `dts`. */
  readonly pts: number;
}

export interface MovieInit {
  readonly width: number;
  readonly height: number;
  /** Ticks of a second. */
  readonly timescale: number;
  readonly sampleAspectRatio: TimeBase | null;
  /** Degrees clockwise that a player turns the picture: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** The picture is flipped left to right before it is turned. */
  readonly mirrored?: boolean;
  readonly codec: SampleCodec;
  /** Told by the container beside what the stream says of itself; left out where nothing is known. */
  readonly color?: ColorInfo;
  readonly hdr?: HdrMetadata;
  /** Ticks that the last frame is shown. */
  readonly lastDuration: number;
  readonly samples: readonly MovieSample[];
}

/** What a sample entry says of its codec. */
export interface SampleCodec {
  /** E.g. `avc1`, `hvc1`, `av01`. */
  readonly fourcc: string;
  /** Configuration as whole boxes. */
  readonly boxes: readonly Uint8Array[];
}

/** Everything before the samples' bytes, which follow one after another in the order given. */
export function movieHead(init: MovieInit): Uint8Array {
  const bytes = init.samples.reduce((sum, sample) => sum + sample.sizeBytes, 0);
  const ftyp = box('ftyp', text('isom'), u32(512), text('isomiso2avc1mp41'));
  const build = (dataOffset: number) =>
    Buffer.concat([ftyp, moov(init, dataOffset), u32(1), text('mdat'), u64(bytes + 16)]);
  return build(build(0).length);
}

function moov(init: MovieInit, dataOffset: number): Uint8Array {
  const first = init.samples[0];
  const last = init.samples.at(-1);
  const duration = (last?.dts ?? 0) - (first?.dts ?? 0) + init.lastDuration;
  const mvhd = fullBox(
    'mvhd',
    1,
    0,
    u64(0),
    u64(0),
    u32(init.timescale),
    u64(duration),
    u32(0x10000),
    u16(0x100, 0),
    u32(0, 0),
    matrix(0, false),
    u32(0, 0, 0, 0, 0, 0, 2),
  );
  const mdhd = fullBox('mdhd', 1, 0, u64(0), u64(0), u32(init.timescale), u64(duration), u16(0x55c4, 0));
  const hdlr = fullBox('hdlr', 0, 0, u32(0), text('vide'), u32(0, 0, 0), text('VideoHandler\0'));
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const minf = box('minf', fullBox('vmhd', 0, 1, u32(0, 0)), dinf, stbl(init, dataOffset));
  return box('moov', mvhd, box('trak', tkhd(init, duration), box('mdia', mdhd, hdlr, minf)));
}

function tkhd(init: MovieInit, duration: number): Uint8Array {
  const aspect = init.sampleAspectRatio ?? { num: 1, den: 1 };
  const size = u32(Math.round((init.width * 65536 * aspect.num) / aspect.den), init.height * 65536);
  return fullBox(
    'tkhd',
    1,
    3,
    u64(0),
    u64(0),
    u32(1, 0),
    u64(duration),
    u32(0, 0, 0, 0),
    matrix(init.rotation, init.mirrored ?? false),
    size,
  );
}

/** The display matrix of a flip and a clockwise turn, 16.16 fixed point but for the last column (2.30). */
function matrix(degrees: number, mirrored: boolean): Uint8Array {
  const one = 0x10000;
  const [a, b, c, d] =
    { 0: [one, 0, 0, one], 90: [0, one, -one, 0], 180: [-one, 0, 0, -one], 270: [0, -one, one, 0] }[degrees] ?? [];
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new RangeError(`expected a quarter turn but got ${String(degrees)} degrees`);
  return u32(...(mirrored ? [-a, -b] : [a, b]), 0, c, d, 0, 0, 0, 0x40000000);
}

function stbl(init: MovieInit, dataOffset: number): Uint8Array {
  const { samples } = init;
  const deltas = samples.map((sample, i) => (samples[i + 1]?.dts ?? sample.dts + init.lastDuration) - sample.dts);
  const keys = samples.flatMap((sample, i) => (sample.isKey ? [i + 1] : []));
  return box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry(init)),
    fullBox('stts', 0, 0, runs(deltas)),
    fullBox('ctts', 0, 0, runs(samples.map((sample) => sample.pts - sample.dts))),
    fullBox('stss', 0, 0, u32(keys.length), u32List(keys)),
    fullBox('stsc', 0, 0, u32(1, 1, samples.length, 1)),
    fullBox('stsz', 0, 0, u32(0, samples.length), u32List(samples.map((sample) => sample.sizeBytes))),
    fullBox('co64', 0, 0, u32(1), u64(dataOffset)),
  );
}

function sampleEntry(init: MovieInit): Uint8Array {
  const head = [u32(0), u16(0, 1), u32(0, 0, 0, 0), u16(init.width, init.height), u32(0x480000, 0x480000, 0), u16(1)];
  const aspect = init.sampleAspectRatio;
  const pasp = aspect === null ? [] : [box('pasp', u32(aspect.num, aspect.den))];
  const { fourcc, boxes } = init.codec;
  const name = u8(...new Array<number>(32).fill(0));
  return box(
    fourcc,
    ...head,
    name,
    u16(24, 0xffff),
    ...boxes,
    ...pasp,
    ...colorBoxes(init.color),
    ...hdrBoxes(init.hdr),
  );
}

/** Run-length coding of the time tables: the number of runs, then count and value of each. */
function runs(values: readonly number[]): Uint8Array {
  const pairs: number[] = [];
  for (const value of values) {
    if (pairs.length > 0 && pairs.at(-1) === value) pairs[pairs.length - 2] = (pairs.at(-2) ?? 0) + 1;
    else pairs.push(1, value);
  }
  return Buffer.concat([u32(pairs.length / 2), u32List(pairs)]);
}
