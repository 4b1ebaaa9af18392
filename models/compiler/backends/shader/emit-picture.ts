import type { PackedNetwork } from '../../../format/packed-network.ts';

const LANES = 'xyzw';

/**
 * Statements that write an invocation's output samples, whole words at a time. Channel `plane·S² + row·S + column` of
 * input sample p is output sample (S·x + S·p + column, S·y + row).
 */
export function emitPicture(network: PackedNetwork, pixels: number): string[] {
  const { scale, planes, bitDepth, layers } = network;
  const bits = bitDepth > 8 ? 16 : 8;
  const perWord = 32 / bits;
  const words = (pixels * scale) / perWord;
  const lines: string[] = [];
  for (let plane = 0; plane < planes; plane += 1) {
    for (let row = 0; row < scale; row += 1) {
      const sample = (i: number): string => {
        const channel = (plane * scale + row) * scale + (i % scale);
        return `u32(y_s${layers.length}_${channel >> 2}_${Math.floor(i / scale)}.${LANES[channel & 3]!})`;
      };
      const line = `(${plane} * size[0].y + y) * ${scale} + ${row}`;
      for (let word = 0; word < words; word += 1) {
        const samples = Array.from({ length: perWord }, (_, i) => sample(word * perWord + i));
        const value = samples.map((s, i) => (i === 0 ? s : `(${s} << ${i * bits}u)`)).join(' | ');
        lines.push(`pixels_out[(${line}) * size[0].w + i32(id.x) * ${words} + ${word}] = ${value};`);
      }
    }
  }
  return lines;
}
