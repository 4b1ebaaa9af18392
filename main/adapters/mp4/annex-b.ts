/** H.264 from start codes (Annex B) to the length-prefixed form of MP4, and its parameter sets as `avcC`. */
import { AppError } from '../../core/errors.ts';
import { BitReader } from './bit-reader.ts';
import { u16, u32, u8 } from './boxes.ts';

const START = Buffer.from([0, 0, 1]);

/** The NAL units of a packet, without start codes, as views. */
export function splitAnnexB(packet: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  const units: Uint8Array[] = [];
  let start = bytes.indexOf(START);
  while (start >= 0) {
    const from = start + START.length;
    start = bytes.indexOf(START, from);
    let to = start < 0 ? bytes.length : start;
    while (to > from && bytes[to - 1] === 0) to -= 1; // Zeros before a start code belong to it.
    if (to > from) units.push(bytes.subarray(from, to));
  }
  return units;
}

/** The packet as MP4 holds it: each NAL unit after its length in four bytes. */
export function toLengthPrefixed(packet: Uint8Array): Uint8Array {
  return Buffer.concat(splitAnnexB(packet).flatMap((unit) => [u32(unit.length), unit]));
}

/** The payload of an `avcC` box from parameter sets in Annex B. @throws AppError when one is missing */
export function buildAvcC(parameterSets: Uint8Array): Uint8Array {
  const units = splitAnnexB(parameterSets);
  const sps = units.filter((unit) => (unit[0] ?? 0) % 32 === 7);
  const pps = units.filter((unit) => (unit[0] ?? 0) % 32 === 8);
  const [first] = sps;
  if (first === undefined || pps.length === 0)
    throw new AppError('ffmpeg-failed', 'expected H.264 parameter sets in the segment but got none');
  const [, profile = 0, compatibility = 0, level = 0] = first;
  const list = (sets: readonly Uint8Array[]) => sets.flatMap((set) => [u16(set.length), set]);
  const head = [
    u8(1, profile, compatibility, level, 255, 0xe0 + sps.length),
    ...list(sps),
    u8(pps.length),
    ...list(pps),
  ];
  return Buffer.concat([...head, ...highProfileTail(profile, first)]);
}

/** High profiles repeat chroma format and bit depths after the sets. */
function highProfileTail(profile: number, sps: Uint8Array): Uint8Array[] {
  if (![100, 110, 122, 144, 244].includes(profile)) return [];
  const bits = new BitReader(unescape(sps.subarray(4)));
  bits.ue(); // seq_parameter_set_id
  const chroma = bits.ue();
  if (chroma === 3) bits.bit();
  return [u8(0xfc + chroma, 0xf8 + bits.ue(), 0xf8 + bits.ue(), 0)];
}

/** The bytes of a NAL unit without those that keep start codes out of it. */
export function unescape(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, i, all) => !(byte === 3 && all[i - 1] === 0 && all[i - 2] === 0));
}
