/** Writes one video stream as NUT: bytes for the caller to send. Every frame has a syncpoint and a checksum of its own. */
import type { TimeBase } from '../../core/time-base.ts';
import { FILE_ID, FRAME_FLAGS, LARGEST_UNCHECKED_PACKET, START_CODES } from './constants.ts';
import type { PacketKind } from './constants.ts';
import { crcOf } from './crc.ts';
import { encodeV } from './var-reader.ts';

export interface NutStreamInit {
  readonly fourcc: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly sampleAspectRatio: TimeBase | null;
  readonly timeBase: TimeBase;
}

const MSB_PTS_SHIFT = 7;
const FRAME_FIELDS = FRAME_FLAGS.codedPts | FRAME_FLAGS.sizeMsb | FRAME_FLAGS.checksum;

/** File id, main header and stream header. */
export function nutHeader(init: NutStreamInit): Uint8Array {
  const main = [3, 1, 65536, 1, init.timeBase.num, init.timeBase.den].flatMap(encodeV);
  // One row of the table: all 255 frame codes mean "flags follow"; pts delta 0, size multiplier 1.
  const frameCodes = [FRAME_FLAGS.coded, 6, 0, 1, 0, 0, 0, 255].flatMap(encodeV);
  const aspect = init.sampleAspectRatio ?? { num: 0, den: 0 };
  const stream = [
    ...[0, 0, init.fourcc.length].flatMap(encodeV),
    ...init.fourcc,
    ...[0, MSB_PTS_SHIFT, 2 ** 30, 0, 0, 0].flatMap(encodeV),
    ...[init.width, init.height, aspect.num, aspect.den, 0].flatMap(encodeV),
  ];
  return Buffer.concat([FILE_ID, packet('main', [...main, ...frameCodes, 0]), packet('stream', stream)]);
}

/** What goes before a frame's payload. @param pts ticks, zero or more: NUT cannot hold less */
export function nutFrameHead(pts: number, sizeBytes: number): Uint8Array {
  if (!Number.isSafeInteger(pts) || pts < 0)
    throw new RangeError(`expected a pts of zero or more but got ${String(pts)}`);
  const flags = FRAME_FIELDS | FRAME_FLAGS.key;
  const head = [0, ...[flags, pts + 2 ** MSB_PTS_SHIFT, sizeBytes].flatMap(encodeV)];
  return Buffer.concat([
    packet('syncpoint', [pts, 0].flatMap(encodeV)),
    Uint8Array.from(head),
    u32(crcOf(Uint8Array.from(head))),
  ]);
}

function packet(kind: PacketKind, payload: readonly number[]): Uint8Array {
  const body = Uint8Array.from(payload);
  const size = body.length + 4;
  const head = Buffer.concat([Buffer.from(START_CODES[kind], 'hex'), Uint8Array.from(encodeV(size))]);
  const headSum = size > LARGEST_UNCHECKED_PACKET ? u32(crcOf(head)) : new Uint8Array(0);
  return Buffer.concat([head, headSum, body, u32(crcOf(body))]);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}
