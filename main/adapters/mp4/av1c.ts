/** AV1's sequence header as the payload of an `av1C` box ("AV1 Codec ISO Media File Format Binding"). */
import { AppError } from '../../core/errors.ts';
import { BitReader } from './bit-reader.ts';
import { u8 } from './boxes.ts';

const SEQUENCE_HEADER = 1;

/** @param packet the first one of a stream, which opens with the sequence header */
export function buildAv1C(packet: Uint8Array): Uint8Array {
  const unit = findSequenceHeader(packet);
  if (unit === null) throw new AppError('ffmpeg-failed', 'expected an AV1 sequence header in the segment but got none');
  const { profile, level, tier, color } = readSequenceHeader(new BitReader(unit.payload));
  return Buffer.concat([u8(0x81, profile * 32 + level, tier * 128 + color, 0), unit.whole]);
}

function findSequenceHeader(packet: Uint8Array): { whole: Uint8Array; payload: Uint8Array } | null {
  for (let at = 0; at < packet.length;) {
    const head = packet[at] ?? 0;
    const headBytes = (head & 4) === 0 ? 1 : 2;
    if ((head & 2) === 0) return null; // Without a size nothing follows that could be told apart.
    const { value: size, bytes } = readLeb128(packet, at + headBytes);
    const start = at + headBytes + bytes;
    if (((head >> 3) & 15) === SEQUENCE_HEADER)
      return { whole: packet.slice(at, start + size), payload: packet.subarray(start, start + size) };
    at = start + size;
  }
  return null;
}

function readLeb128(data: Uint8Array, at: number): { value: number; bytes: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = data[at + i] ?? 0;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, bytes: i + 1 };
  }
  return { value, bytes: 8 };
}

function readSequenceHeader(bits: BitReader) {
  const profile = bits.bits(3);
  bits.bit(); // still_picture
  const isReduced = bits.bit() === 1;
  const { level, tier } = isReduced ? { level: bits.bits(5), tier: 0 } : readOperatingPoints(bits);
  const [widthBits, heightBits] = [bits.bits(4) + 1, bits.bits(4) + 1];
  bits.bits(widthBits + heightBits);
  if (!isReduced && bits.bit() === 1) bits.bits(4 + 3); // Frame ids.
  bits.bits(3); // Superblocks, filter intra, intra edge.
  if (!isReduced) skipTools(bits);
  bits.bits(3); // Superres, CDEF, restoration.
  return { profile, level, tier, color: readColor(bits, profile) };
}

function readOperatingPoints(bits: BitReader): { level: number; tier: number } {
  let decoderModel = false;
  let delayBits = 0;
  if (bits.bit() === 1) {
    bits.bits(64); // Units of a tick and of time.
    if (bits.bit() === 1) bits.ue();
    decoderModel = bits.bit() === 1;
    if (decoderModel) {
      delayBits = bits.bits(5) + 1;
      bits.bits(32 + 5 + 5);
    }
  }
  const hasInitialDelay = bits.bit() === 1;
  const points = bits.bits(5) + 1;
  let first = { level: 0, tier: 0 };
  for (let i = 0; i < points; i++) {
    bits.bits(12);
    const level = bits.bits(5);
    const tier = level > 7 ? bits.bit() : 0;
    if (decoderModel && bits.bit() === 1) bits.bits(delayBits * 2 + 1);
    if (hasInitialDelay && bits.bit() === 1) bits.bits(4);
    if (i === 0) first = { level, tier };
  }
  return first;
}

function skipTools(bits: BitReader): void {
  bits.bits(4); // Compound modes, warped motion, dual filter.
  const hasOrderHint = bits.bit() === 1;
  if (hasOrderHint) bits.bits(2);
  const screenContent = bits.bit() === 1 ? 2 : bits.bit();
  if (screenContent > 0 && bits.bit() === 0) bits.bit(); // Integer motion vectors.
  if (hasOrderHint) bits.bits(3);
}

/** The lower seven bits of av1C's third byte. */
function readColor(bits: BitReader, profile: number): number {
  const highDepth = bits.bit();
  const twelve = profile === 2 && highDepth === 1 ? bits.bit() : 0;
  const mono = profile === 1 ? 0 : bits.bit();
  const codes = bits.bit() === 1 ? [bits.bits(8), bits.bits(8), bits.bits(8)] : [2, 2, 2];
  const isRgb = codes.join() === '1,13,0';
  let [x, y, position] = [1, 1, 0];
  if (isRgb) [x, y] = [0, 0];
  else if (mono === 0) {
    bits.bit(); // Range.
    if (profile === 1) [x, y] = [0, 0];
    else if (profile === 2) {
      x = twelve === 1 ? bits.bit() : 1;
      y = twelve === 1 && x === 1 ? bits.bit() : 0;
    }
    if (x === 1 && y === 1) position = bits.bits(2);
  }
  return highDepth * 64 + twelve * 32 + mono * 16 + x * 8 + y * 4 + position;
}
