import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imresize8 } from '../../../../../main/core/quality/imresize.ts';
import { lumaOf } from '../../../../../main/core/quality/luma.ts';
import { cropToMultiple, roundToU8, type Raster8 } from '../../../../../main/core/quality/raster.ts';
import { openTrainingSet } from '../../../../../models/search/train/data/open-training-set.ts';

let folder: string;
const open = (onProgress: (done: number, total: number) => void = () => undefined, files = ['t91/b.png']) =>
  openTrainingSet({
    dataDir: join(folder, 'train'),
    cacheDir: join(folder, 'cache'),
    scale: 2,
    validationFiles: files,
    onProgress,
  });

async function writeImage(file: string, seed: number, grey = false): Promise<Raster8> {
  const [width, height] = [61, 47];
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = ((grey ? Math.floor(i / 3) * 3 : i) * seed + (i >> 7) * 5) % 256;
  if (grey) for (let i = 0; i < data.length; i++) data[i] = data[i - (i % 3)]!;
  await mkdir(join(folder, 'train', file, '..'), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(folder, 'train', file));
  return { width, height, channels: 3, data };
}

let colour: Raster8;
let grey: Raster8;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-data-'));
  await writeImage('t91/a.png', 3);
  colour = await writeImage('t91/b.png', 7);
  grey = await writeImage('div2k_luma/c.png', 11, true);
  const rows = ['t91/a.png', 't91/b.png', 'div2k_luma/c.png'].map((file) => [file, `source/${file}`, 1, [0, 0, 1, 1]]);
  await writeFile(join(folder, 'train', 'train_map.json'), JSON.stringify(rows));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('openTrainingSet', () => {
  it('gives validation images at protocol model', async () => {
    const { training, validation } = await open();
    expect(training.sets).toEqual(['div2k_luma', 't91']);
    expect(validation.map(({ file, lrWidth, lrHeight }) => [file, lrWidth, lrHeight])).toEqual([['t91/b.png', 30, 23]]);
    const cropped = cropToMultiple(colour, 2);
    expect([...validation[0]!.lr]).toEqual([...roundToU8(lumaOf(imresize8(cropped, 0.5))).data]);
    lumaOf(cropped).data.forEach((value, i) => expect(Math.abs(validation[0]!.hr[i]! - value)).toBeLessThan(0.002));
  });

  it('takes grey training crops for full range, after the 8-bit downscale', async () => {
    const { validation } = await open(undefined, ['div2k_luma/c.png']);
    const values = grey.data.filter((_, i) => i % 3 === 0);
    const cropped = cropToMultiple({ ...grey, channels: 1, data: values }, 2);
    expect([...validation[0]!.lr]).toEqual([...roundToU8(lumaOf(imresize8(cropped, 0.5), 'full')).data]);
    expect(validation[0]!.hr[0]).toBeCloseTo(16 + (219 / 255) * cropped.data[0]!, 2);
  });

  it('gives the same batches from the cache, and prepares anew when a file has changed', async () => {
    const request = { seed: 9, step: 3, batch: 8, patch: 12 };
    const fill = async (onProgress?: () => void): Promise<Float32Array[]> => {
      const { training } = await open(onProgress);
      const lr = new Float32Array(8 * 144);
      const hr = new Float32Array(8 * 144 * 4);
      training.fillBatch(request, lr, hr);
      return [lr, hr];
    };
    const first = await fill();
    let prepared = 0;
    expect(await fill(() => prepared++)).toEqual(first);
    expect(prepared).toBe(0);
    expect(first[0]!.every((value) => value >= 0 && value <= 1)).toBe(true);
    await writeImage('t91/a.png', 5);
    expect(await fill(() => prepared++)).not.toEqual(first);
    expect(prepared).toBe(3);
    expect((await readdir(join(folder, 'cache'))).every((name) => name.endsWith('.bin'))).toBe(true);
  });

  it('lets a teacher stand for HR in a share of the samples, computed once', async () => {
    let asked = 0;
    const teacher = {
      id: 'ab'.repeat(32),
      share: 0.5,
      weight: 1,
      upscale: (_: Uint8Array, width: number, height: number) => {
        asked += 1;
        return Promise.resolve(new Float32Array(4 * width * height).fill(51));
      },
    };
    const openTaught = () =>
      openTrainingSet({
        dataDir: join(folder, 'train'),
        cacheDir: join(folder, 'cache'),
        scale: 2,
        validationFiles: ['t91/b.png'],
        teacher,
      });
    const { training } = await openTaught();
    const pairs = asked;
    expect(pairs).toBe(10);
    await openTaught();
    expect(asked).toBe(pairs);
    const [lr, hr] = [new Float32Array(64 * 64), new Float32Array(4 * 64 * 64)];
    training.fillBatch({ seed: 1, step: 0, batch: 64, patch: 8 }, lr, hr);
    const isTaught = Array.from({ length: 64 }, (_, n) =>
      hr.subarray(256 * n, 256 * (n + 1)).every((v) => v > 0.199 && v < 0.201),
    );
    const taught = isTaught.filter(Boolean).length;
    expect(taught).toBeGreaterThan(20);
    expect(taught).toBeLessThan(44);
    const openMixed = (weight: number) =>
      openTrainingSet({
        ...{ dataDir: join(folder, 'train'), cacheDir: join(folder, 'cache'), scale: 2 },
        ...{ validationFiles: ['t91/b.png'], teacher: { ...teacher, share: 1, weight } },
      });
    const [image, mixed] = [new Float32Array(hr.length), new Float32Array(hr.length)];
    (await openMixed(0.25)).untaught.fillBatch({ seed: 1, step: 0, batch: 64, patch: 8 }, lr, image);
    (await openMixed(0.25)).training.fillBatch({ seed: 1, step: 0, batch: 64, patch: 8 }, lr, mixed);
    // The teacher's 51 as stored, and drawn out to the full range as some samples are.
    const isMixed = (v: number, i: number): boolean =>
      [51 / 255, (51 - 16) / 219].some((taughtAs) => Math.abs(v - (0.25 * taughtAs + 0.75 * image[i]!)) < 1e-4);
    expect(mixed.every(isMixed)).toBe(true);
  });

  it('lets LR go through an encoder once, validation too, and leaves HR', async () => {
    const crfs: number[] = [];
    const degradation = {
      id: 'test',
      compress: ({ data }: { data: Uint8Array }, crf: number) => {
        crfs.push(crf);
        return Promise.resolve(data.map((v) => v >> 1));
      },
    };
    const options = { dataDir: join(folder, 'train'), cacheDir: join(folder, 'cache'), scale: 2 } as const;
    const files = { validationFiles: ['t91/b.png'] };
    const { validation: clean } = await openTrainingSet({ ...options, ...files });
    const { validation } = await openTrainingSet({ ...options, ...files, degradation });
    expect(validation[0]!.hr).toEqual(clean[0]!.hr);
    const mean = (data: Uint8Array): number => data.reduce((a, b) => a + b, 0) / data.length;
    expect(mean(validation[0]!.lr)).toBeCloseTo(mean(clean[0]!.lr) / 2, -1);
    const before = crfs.length;
    expect(before).toBe(11);
    expect(Math.min(...crfs)).toBeGreaterThanOrEqual(18);
    expect(Math.max(...crfs)).toBeLessThanOrEqual(34);
    await openTrainingSet({ ...options, ...files, degradation });
    expect(crfs).toHaveLength(before);
  });

  it('chooses by itself what to validate on, of images it does not know', async () => {
    const { validation } = await openTrainingSet({
      dataDir: join(folder, 'train'),
      cacheDir: join(folder, 'cache'),
      scale: 2,
    });
    expect(validation).toHaveLength(1);
  });

  it('takes a folder of images without a map, of large ones the middle', async () => {
    const own = join(folder, 'own');
    const at = async (file: string, side: number, light: number, middle = light): Promise<void> => {
      await mkdir(join(own, file, '..'), { recursive: true });
      const data = new Uint8Array(side * side).fill(light);
      const edge = Math.floor((side - 512) / 2);
      if (side > 512) for (let y = edge; y < edge + 512; y++) data.fill(middle, y * side + edge, y * side + edge + 512);
      await sharp(data, { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toFile(join(own, file));
    };
    const options = { dataDir: own, cacheDir: join(folder, 'cache'), scale: 2 } as const;
    await expect(openTrainingSet(options)).rejects.toThrow('expected a folder of training images at');
    await at('one.png', 40, 9);
    await writeFile(join(own, 'notes.txt'), 'no image');
    await expect(openTrainingSet(options)).rejects.toThrow(
      'expected at least 2 training images (PNG, JPEG, WebP or TIFF) in own, but there is only one',
    );
    await rm(join(own, 'one.png'));
    await at('a.png', 700, 200, 50);
    await at('deep/b.png', 700, 200, 50);
    const { training, validation } = await openTrainingSet(options);
    expect(training.sets).toEqual(['own']);
    expect(validation).toHaveLength(1);
    expect([validation[0]!.lrWidth, validation[0]!.lrHeight]).toEqual([256, 256]);
    expect(new Set(validation[0]!.lr).size).toBe(1);
  });

  it('says what is missing', async () => {
    await expect(open(undefined, ['t91/none.png'])).rejects.toThrow('validation image t91/none.png');
    const nowhere = { dataDir: join(folder, 'nowhere'), cacheDir: folder, scale: 2, validationFiles: [] } as const;
    await expect(openTrainingSet(nowhere)).rejects.toThrow('expected a folder of training images at');
  });
});
