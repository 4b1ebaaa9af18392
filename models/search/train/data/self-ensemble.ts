import type { Teacher } from './teacher-outputs.ts';

type Upscale = Teacher['upscale'];

/** Flips and transposes of a picture: bit 0 flips x, bit 1 flips y, bit 2 swaps them. */
const TURNS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/**
 * The mean of what a network makes of a picture in all eight orientations: more exact than the network by itself.
 * Source: geometric self-ensemble of EDSR, Lim et al., CVPR workshops 2017, arXiv 1707.02921.
 * @param upscale as {@link Teacher.upscale}, `scale` times as wide and as high
 */
export function selfEnsemble(upscale: Upscale, scale: number): Upscale {
  return async (lr, width, height) => {
    const sum = new Float32Array(lr.length * scale * scale);
    for (const turn of TURNS) {
      const turned = new Uint8Array(lr.length);
      const walk = turnedFrom(width, height, turn);
      for (let i = 0; i < turned.length; i += 1) turned[i] = lr[walk(i)]!;
      const [w, h] = (turn & 4) === 0 ? [width, height] : [height, width];
      const made = await upscale(turned, w, h);
      const back = turnedFrom(width * scale, height * scale, turn);
      for (let i = 0; i < made.length; i += 1) {
        const at = back(i);
        sum[at] = sum[at]! + made[i]! / TURNS.length;
      }
    }
    return sum;
  };
}

/** @returns for a place in the turned picture, row by row, its place in the picture of `width` x `height` */
function turnedFrom(width: number, height: number, turn: number): (i: number) => number {
  const side = (turn & 4) === 0 ? width : height;
  return (i) => {
    const [column, row] = [i % side, Math.floor(i / side)];
    const [x, y] = (turn & 4) === 0 ? [column, row] : [row, column];
    const [fromX, fromY] = [(turn & 1) === 0 ? x : width - 1 - x, (turn & 2) === 0 ? y : height - 1 - y];
    return fromY * width + fromX;
  };
}
