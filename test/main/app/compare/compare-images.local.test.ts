import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareImages } from '../../../../main/app/compare/pairs/compare-images.ts';
import { compareSets } from '../../../../main/app/compare/compare-sets.ts';
import { findReferenceSets } from '../../../../main/app/compare/references.ts';
import { createRuntimeUpscaler } from '../../../../main/app/compare/runtime-upscaler.ts';
import { createKernelUpscaler } from '../../../../main/app/compare/upscaler.ts';
import type { Runtime, RuntimeGeometry, RuntimeModel } from '../../../../main/core/runtime.ts';

let folder: string;

async function writeImage(file: string, width: number, height: number, level = 0): Promise<string> {
  const path = join(folder, file);
  await mkdir(join(path, '..'), { recursive: true });
  const data = new Uint8Array(width * height * 3).map((_, i) => Math.min(250, (i * 7 + (i >> 5) * 3) % 240) + level);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-compare-test-'));
  await writeImage('bench/One/a.png', 41, 37);
  await writeImage('bench/One/b.png', 32, 30);
  await writeImage('bench/One/LR_bicubic/x2/bx2.png', 16, 15);
  await writeImage('bench/Two/c.png', 40, 40);
  await writeFile(join(folder, 'bench/readme.txt'), 'no image');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('findReferenceSets', () => {
  it('finds sets and the LR images that come with them', async () => {
    const sets = await findReferenceSets(join(folder, 'bench'), 2);
    expect(sets.map(({ set, images }) => [set, images.map(({ name }) => name)])).toEqual([
      ['One', ['a', 'b']],
      ['Two', ['c']],
    ]);
    expect(sets[0]!.images.map(({ shippedLr }) => shippedLr)).toEqual([
      null,
      join(folder, 'bench/One/LR_bicubic/x2/bx2.png'),
    ]);
    expect((await findReferenceSets(join(folder, 'bench'), 3))[0]!.images[1]!.shippedLr).toBeNull();
  });

  it('takes a folder of images for one set', async () => {
    expect((await findReferenceSets(join(folder, 'bench/Two'), 2)).map(({ set }) => set)).toEqual(['Two']);
  });

  it('says when there is nothing', async () => {
    await expect(findReferenceSets(join(folder, 'none'), 2)).rejects.toThrow('expected a folder of reference images');
    await mkdir(join(folder, 'empty/sub'), { recursive: true });
    await expect(findReferenceSets(join(folder, 'empty'), 2)).rejects.toThrow('but found none');
  });
});

/** Doubles by repeating samples, and remembers what it was opened for. */
function makeFakeRuntime(opened: string[]): Runtime {
  const open = (_: RuntimeModel, { width, height, bitDepth, scale }: RuntimeGeometry) => {
    opened.push(`${width}x${height} ${bitDepth} bit`);
    return Promise.resolve({
      arithmetic: 'f32' as const,
      run: (
        [input]: readonly { data: Uint8Array | Uint16Array; stride: number }[],
        [output]: readonly { data: Uint8Array | Uint16Array; stride: number; width: number; height: number }[],
      ) => {
        for (let i = 0; i < output!.data.length; i++) {
          const [x, y] = [i % output!.width, Math.floor(i / output!.width)];
          output!.data[i] = input!.data[Math.floor(y / scale) * input!.stride + Math.floor(x / scale)]!;
        }
        return Promise.resolve();
      },
      close: () => Promise.resolve(void opened.push('closed')),
    });
  };
  return { name: 'reference', probe: () => Promise.resolve({ ok: true, description: 'fake' }), open };
}

const model: RuntimeModel = {
  name: 'nearest',
  onnx: new Uint8Array(),
  scale: 2,
  colour: 'y',
  inputMaximum: 1,
  receptiveField: 1,
};
const facts = { dataType: 'f32' as const, keptMacs720p: 1, denseMacs720p: 2, parameters: 3 };

describe('compareSets', () => {
  it('gives a row for each set and upscaler, with means over the images', async () => {
    const sets = await findReferenceSets(join(folder, 'bench'), 2);
    const opened: string[] = [];
    const fake = createRuntimeUpscaler(makeFakeRuntime(opened), model, facts);
    const upscalers = [createKernelUpscaler('bicubic', 2), createKernelUpscaler('lanczos', 2), fake];
    const rows = await compareSets(sets, upscalers, { scale: 2, protocol: 'model' });
    expect(rows.map(({ model, set, images, runtime }) => [model, set, images, runtime])).toEqual([
      ['bicubic', 'One', 2, null],
      ['lanczos', 'One', 2, null],
      ['nearest', 'One', 2, 'reference'],
      ['bicubic', 'Two', 1, null],
      ['lanczos', 'Two', 1, null],
      ['nearest', 'Two', 1, 'reference'],
    ]);
    const alone = [0, 1].map((index) => [{ set: 'x', images: [sets[0]!.images[index]!] }]);
    const single = await Promise.all(
      alone.map((set) => compareSets(set, [createKernelUpscaler('bicubic', 2)], { scale: 2, protocol: 'model' })),
    );
    expect(rows[0]!.psnrY).toBeCloseTo((single[0]![0]!.psnrY + single[1]![0]!.psnrY) / 2, 10);
    expect(rows[2]).toMatchObject({ ...facts, scale: 2, protocol: 'model' });
    await fake.close();
    expect(opened).toEqual(['20x18 8 bit', 'closed', '16x15 8 bit', 'closed', '20x20 8 bit', 'closed']);
  });

  it('refuses a model that takes RGB', () => {
    const rgb = { ...model, colour: 'rgb' as const };
    expect(() => createRuntimeUpscaler(makeFakeRuntime([]), rgb, facts)).toThrow('expected a luma model');
  });
});

const OPTIONS = { align: false, crop: 0, lumaOnly: false, msSsim: false, vmaf: false, worst: 3 };
const compare = (reference: string, candidate: string, more: Partial<typeof OPTIONS> = {}) =>
  compareImages({ reference, candidate, kind: 'image' }, { ...OPTIONS, ...more });

describe('compareImages', () => {
  it('compares luma and colours without a crop', async () => {
    const [a, b] = [await writeImage('pair/a.png', 20, 16), await writeImage('pair/b.png', 20, 16, 5)];
    const difference = (5 * (65.481 + 128.553 + 24.966)) / 255;
    const row = await compare(a, b);
    expect(row.psnrY).toBeCloseTo(20 * Math.log10(255 / difference), 9);
    expect(row.psnrRgb).toBeCloseTo(20 * Math.log10(255 / 5), 9);
    expect(row.planes.map(({ plane }) => plane)).toEqual(['y', 'r', 'g', 'b']);
    expect(row.msSsimY).toBeNull();
    expect(await compare(a, a)).toMatchObject({
      ...{ psnrY: 100, psnrRgb: 100, ssimY: expect.closeTo(1, 12) as number },
      scores: [{ psnrY: null, meanSquaredErrors: [0, 0, 0, 0] }],
    });
  });

  it('leaves a border out where asked', async () => {
    const a = await writeImage('pair/a.png', 20, 16);
    const framed = join(folder, 'pair/framed.png');
    const border = { top: 2, bottom: 2, left: 2, right: 2, background: '#fff' };
    await sharp(a).extract({ left: 2, top: 2, width: 16, height: 12 }).extend(border).png().toFile(framed);
    expect((await compare(a, framed)).psnrY).toBeLessThan(30);
    expect((await compare(a, framed, { crop: 2 })).psnrY).toBe(100);
    await expect(compare(a, framed, { crop: 8 })).rejects.toThrow('expected a picture larger than 16 pixels');
  });

  it('gives MS-SSIM from 176 pixels on, and refuses it below where it is asked for', async () => {
    const [a, b] = [await writeImage('pair/large.png', 176, 180), await writeImage('pair/large-b.png', 176, 180, 4)];
    expect((await compare(a, b)).msSsimY).toBeGreaterThan(0.9);
    const small = await writeImage('pair/a.png', 20, 16);
    await expect(compare(small, small, { msSsim: true })).rejects.toThrow('at least 176 pixels');
  });

  it('refuses what it cannot compare, in one sentence', async () => {
    const a = await writeImage('pair/a.png', 20, 16);
    const wide = await writeImage('pair/wide.png', 22, 16);
    const text = join(folder, 'pair/text.png');
    await writeFile(text, 'no picture');
    const grey = join(folder, 'pair/grey.png');
    await sharp(a).toColourspace('b-w').png().toFile(grey);
    await expect(compare(a, wide)).rejects.toThrow('20x16 like the reference, but got 22x16');
    await expect(compare(a, join(folder, 'gone.png'))).rejects.toThrow('there is no such file');
    await expect(compare(a, folder)).rejects.toThrow('it is not a file');
    await expect(compare(a, text)).rejects.toThrow('it cannot be decoded');
    await expect(compare(a, grey)).rejects.toThrow('the candidate is grey');
  });
});
