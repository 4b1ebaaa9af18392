import { expect, it } from 'vitest';
import { compressLuma } from '../../../../main/adapters/ffmpeg/compress-luma.ts';
import { locateFfmpeg } from '../../../../main/adapters/ffmpeg/locate.ts';

const [width, height] = [45, 37];
const data = Uint8Array.from({ length: width * height }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)];
  return 128 + 60 * Math.sin(x / 2.5) + 50 * Math.sin(y / 3 + x / 9);
});

it('a training picture comes back in its own size, worse for a higher crf', async () => {
  const ffmpegPath = (await locateFfmpeg()).ffmpeg.path;
  const errorAt = async (crf: number): Promise<number> => {
    const back = await compressLuma(ffmpegPath, { width, height, data }, crf);
    expect(back).toHaveLength(data.length);
    return back.reduce((sum, v, i) => sum + (v - data[i]!) ** 2, 0) / data.length;
  };
  const [fine, coarse] = [await errorAt(10), await errorAt(36)];
  // In its place and its range: a shift by one pixel or a change of range would cost far more.
  expect(fine).toBeLessThan(8);
  expect(coarse).toBeGreaterThan(4 * fine);
});
