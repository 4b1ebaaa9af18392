/** HEVC parameter sets in Annex B as the payload of an `hvcC` box (ISO/IEC 14496-15). */
import { AppError } from '../../core/errors.ts';
import { splitAnnexB, unescape } from './annex-b.ts';
import { BitReader } from './bit-reader.ts';
import { u16, u8 } from './boxes.ts';

const [VPS, SPS, PPS] = [32, 33, 34];

/** @throws AppError when one of the three kinds is missing */
export function buildHvcC(parameterSets: Uint8Array): Uint8Array {
  const units = splitAnnexB(parameterSets);
  const arrays = [VPS, SPS, PPS].map((type) => ({ type, sets: units.filter((unit) => nalType(unit) === type) }));
  const sps = arrays[1]?.sets[0];
  if (sps === undefined || arrays.some(({ sets }) => sets.length === 0)) {
    throw new AppError('ffmpeg-failed', 'expected HEVC parameter sets in the segment but got not all of them');
  }
  const { profileTierLevel, temporalLayers, chromaFormat, lumaDepth, chromaDepth } = readSps(sps);
  const layers = temporalLayers * 8 + 4 + 3; // Nested layers are allowed; lengths take four bytes.
  return Buffer.concat([
    u8(1),
    profileTierLevel,
    u16(0xf000), // No least size of spatial segments.
    u8(0xfc, 0xfc + chromaFormat, 0xf8 + lumaDepth, 0xf8 + chromaDepth),
    u16(0), // Average rate not told.
    u8(layers, arrays.length),
    ...arrays.flatMap(({ type, sets }) => [
      u8(0x80 + type),
      u16(sets.length),
      ...sets.flatMap((set) => [u16(set.length), set]),
    ]),
  ]);
}

function nalType(unit: Uint8Array): number {
  return ((unit[0] ?? 0) >> 1) & 63;
}

function readSps(sps: Uint8Array) {
  const bytes = unescape(sps.subarray(2));
  const temporalLayers = (((bytes[0] ?? 0) >> 1) & 7) + 1;
  const bits = new BitReader(bytes.subarray(13 + subLayerBytes(bytes, temporalLayers - 1)));
  bits.ue(); // sps_seq_parameter_set_id
  const chromaFormat = bits.ue();
  if (chromaFormat === 3) bits.bit();
  bits.ue();
  bits.ue(); // Size.
  if (bits.bit() === 1) for (let i = 0; i < 4; i++) bits.ue(); // Conformance window.
  const [lumaDepth, chromaDepth] = [bits.ue(), bits.ue()];
  return { profileTierLevel: bytes.slice(1, 13), temporalLayers, chromaFormat, lumaDepth, chromaDepth };
}

/** Profiles and levels of sub-layers stand between the general ones and what is wanted. */
function subLayerBytes(bytes: Uint8Array, subLayers: number): number {
  if (subLayers === 0) return 0;
  const flags = new BitReader(bytes.subarray(13));
  let count = 2; // Flags of eight sub-layers, two bits each.
  for (let i = 0; i < subLayers; i++) count += (flags.bit() === 1 ? 11 : 0) + (flags.bit() === 1 ? 1 : 0);
  return count;
}
