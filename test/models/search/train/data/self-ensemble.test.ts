import { describe, expect, it } from 'vitest';
import { selfEnsemble } from '../../../../../models/search/train/data/self-ensemble.ts';

const [width, height, scale] = [5, 3, 2];
const picture = Uint8Array.from({ length: width * height }, (_, i) => (37 * i) % 256);

/** Each sample over its square, plus `lean` of the sample to the left (at the border its own). */
function leaning(lean: number) {
  return (lr: Uint8Array, w: number, h: number): Promise<Float32Array> => {
    const out = new Float32Array(lr.length * scale * scale);
    for (let y = 0; y < h * scale; y += 1) {
      for (let x = 0; x < w * scale; x += 1) {
        const [column, row] = [Math.floor(x / scale), Math.floor(y / scale)];
        const left = lr[row * w + Math.max(0, column - 1)]!;
        out[y * w * scale + x] = (1 - lean) * lr[row * w + column]! + lean * left;
      }
    }
    return Promise.resolve(out);
  };
}

describe('the self-ensemble', () => {
  it('gives what a network makes that knows no direction', async () => {
    const exact = await leaning(0)(picture, width, height);
    const mean = await selfEnsemble(leaning(0), scale)(picture, width, height);
    mean.forEach((v, i) => expect(v).toBeCloseTo(exact[i]!, 3));
  });

  it('leans to no side where the network does', async () => {
    const mean = await selfEnsemble(leaning(0.4), scale)(picture, width, height);
    const at = (x: number, y: number): number => picture[y * width + x]!;
    // The middle sample: of its four neighbours each a quarter of what leans.
    const expected = 0.6 * at(2, 1) + 0.1 * (at(1, 1) + at(3, 1) + at(2, 0) + at(2, 2));
    expect(mean[2 * (width * scale) + 4]).toBeCloseTo(expected, 3);
    // The whole ensemble, turned, is the ensemble of the turned picture.
    const flipped = picture.map((_, i) => at(width - 1 - (i % width), Math.floor(i / width)));
    const other = await selfEnsemble(leaning(0.4), scale)(flipped, width, height);
    const wide = width * scale;
    mean.forEach((v, i) => expect(other[i - (i % wide) + (wide - 1 - (i % wide))]).toBeCloseTo(v, 3));
  });
});
