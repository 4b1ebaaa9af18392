import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imresize8 } from '../../../../main/core/quality/imresize.ts';
import { prepareTrial, scoreTrial, upscaleByKernel, type Protocol } from '../../../../main/core/quality/protocol.ts';
import { cropToMultiple, type Raster8 } from '../../../../main/core/quality/raster.ts';
import { decodeImage } from '../../../../models/search/train/data/decode-image.ts';
import { sharedData } from '../../../helpers/shared-data.ts';

const data = sharedData();

function imagesOf(set: string): string[] {
  const files = readdirSync(join(data!, 'bench', set)).filter((file) => file.endsWith('.png'));
  return files.map((file) => file.slice(0, -4)).sort();
}

function decodeReference(set: string, image: string): Promise<Raster8> {
  return decodeImage(join(data!, 'bench', set, `${image}.png`));
}

function decodeShipped(set: string, image: string, scale: number): Promise<Raster8> {
  return decodeImage(join(data!, 'bench', set, 'LR_bicubic', `x${scale}`, `${image}x${scale}.png`));
}

async function meanBicubic(protocol: Protocol, set: string, scale: number): Promise<{ psnrY: number; ssimY: number }> {
  const images = imagesOf(set);
  let psnrY = 0;
  let ssimY = 0;
  for (const image of images) {
    const trial = prepareTrial(
      protocol,
      await decodeReference(set, image),
      scale,
      await decodeShipped(set, image, scale),
    );
    const score = scoreTrial(trial, upscaleByKernel(trial, 'bicubic'));
    psnrY += score.psnrY / images.length;
    ssimY += score.ssimY / images.length;
  }
  return { psnrY, ssimY };
}

describe.skipIf(data === null)('the benchmark data', () => {
  it.each(['Set5', 'Set14'])('has LR images that our 8-bit resize reproduces bit for bit: %s', async (set) => {
    let compared = 0;
    for (const image of imagesOf(set)) {
      const reference = await decodeReference(set, image);
      for (const scale of [2, 3, 4]) {
        expect(existsSync(join(data!, 'bench', set, 'LR_bicubic', `x${scale}`))).toBe(true);
        const shipped = await decodeShipped(set, image, scale);
        const ours = imresize8(cropToMultiple(reference, scale), 1 / scale);
        expect([ours.width, ours.height, ours.channels]).toEqual([shipped.width, shipped.height, shipped.channels]);
        expect(Buffer.compare(ours.data, shipped.data), `${set} ${image} x${scale}`).toBe(0);
        compared++;
      }
    }
    expect(compared).toBe(set === 'Set5' ? 15 : 42);
  });

  it.each([
    ['Set5', 2, 33.66, 0.9299],
    ['Set5', 3, 30.39, 0.8682],
    ['Set5', 4, 28.42, 0.8104],
    ['Set14', 2, 30.23, 0.8688],
    ['Set14', 3, 27.54, 0.7742],
    ['Set14', 4, 26.0, 0.7027],
  ] as const)('gives the published bicubic figures under protocol anchor: %s x%i', async (set, scale, psnrY, ssimY) => {
    const mean = await meanBicubic('anchor', set, scale);
    expect(mean.psnrY.toFixed(2)).toBe(psnrY.toFixed(2));
    expect(Math.abs(mean.ssimY - ssimY)).toBeLessThan(set === 'Set5' ? 0.0002 : 0.002);
  });

  it.each([
    [2, 33.656],
    [3, 30.395],
    [4, 28.423],
  ])('gives our own bicubic figures on Set5 under protocol model: x%i', async (scale, psnrY) => {
    expect((await meanBicubic('model', 'Set5', scale)).psnrY.toFixed(3)).toBe(psnrY.toFixed(3));
  });
});
