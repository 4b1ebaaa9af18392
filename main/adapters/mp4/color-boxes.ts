/** Colour and HDR as boxes of a sample entry: ISO/IEC 14496-12 `colr`, `mdcv` and `clli`. */
import type { ColorInfo } from '../../core/color.ts';
import { COLOR_CODES } from '../../core/color-codes.ts';
import type { HdrMetadata } from '../../core/hdr.ts';
import { box, text, u16, u32, u8 } from './boxes.ts';

const UNSPECIFIED = 2;

/** None where the stream says nothing of its colour: a box would say something. */
export function colorBoxes(color: ColorInfo | undefined): Uint8Array[] {
  if (color === undefined || [color.matrix, color.primaries, color.transfer].every((part) => part === null)) return [];
  const code = (of: keyof typeof COLOR_CODES) => COLOR_CODES[of][color[of] ?? ''] ?? UNSPECIFIED;
  const codes = u16(code('primaries'), code('transfer'), code('matrix'));
  // The older kind says nothing of the range.
  if (color.range === null) return [box('colr', text('nclc'), codes)];
  return [box('colr', text('nclx'), codes, u8(color.range === 'pc' ? 0x80 : 0))];
}

export function hdrBoxes(hdr: HdrMetadata | undefined): Uint8Array[] {
  const boxes: Uint8Array[] = [];
  if (hdr?.masteringDisplay != null) {
    const { red, green, blue, white, minLuminance, maxLuminance } = hdr.masteringDisplay;
    boxes.push(box('mdcv', u16(...green, ...blue, ...red, ...white), u32(maxLuminance, minLuminance)));
  }
  if (hdr?.contentLight != null) boxes.push(box('clli', u16(hdr.contentLight.max, hdr.contentLight.average)));
  return boxes;
}
