import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareCommand } from '../../../../../main/shells/cli/commands/compare.ts';
import { srNetBytes } from '../../../../helpers/onnx-net.ts';

let folder: string;
let image: string;
let model: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-compare-cli-'));
  await mkdir(join(folder, 'bench/Mine'), { recursive: true });
  image = join(folder, 'bench/Mine/a.png');
  const data = new Uint8Array(64 * 48 * 3).map((_, i) => 128 + 100 * Math.sin(i / 40) * Math.cos(i / 3000));
  await sharp(data, { raw: { width: 64, height: 48, channels: 3 } })
    .png()
    .toFile(image);
  model = join(folder, 'random-net.onnx');
  await writeFile(model, srNetBytes({ scale: 2, channels: 4, depth: 0 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function run(...args: string[]): Promise<string> {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  await compareCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: (text) => printed.push(text) })
    .parseAsync(args, { from: 'user' });
  return printed.join('\n');
}

const onBench = (...more: string[]): string[] => ['--upscale', '--references', join(folder, 'bench'), ...more];

describe('tandem compare --upscale', () => {
  it('prints one JSON document with the yardsticks and an ONNX file of the user', async () => {
    const { rows } = JSON.parse(await run(...onBench('--models', model, '--json'))) as {
      rows: Record<string, unknown>[];
    };
    expect(rows.map((row) => [row.model, row.runtime, row.dataType, row.set, row.images])).toEqual([
      ['bicubic', null, 'f64', 'Mine', 1],
      ['lanczos', null, 'f64', 'Mine', 1],
      ['random-net', 'sparse', 'f32', 'Mine', 1],
    ]);
    // 3x3 from 1 to 4 and from 4 to 4 channels: weights x 230,400 for 1280x720 at x2.
    expect(rows[2]).toMatchObject({ scale: 2, denseMacs720p: 180 * 230_400, keptMacs720p: 180 * 230_400 });
    expect(rows[2]!.parameters).toBeGreaterThanOrEqual(180 + 4 + 4 + 4);
    for (const { psnrY, ssimY } of rows) {
      expect(psnrY).toBeGreaterThan(10);
      expect(ssimY).toBeLessThanOrEqual(1);
    }
  });

  it('prints a table', async () => {
    const table = await run(...onBench('--models', 'none', '--scale', '3', '--protocol', 'anchor'));
    expect(table).toMatch(/^model +runtime +type +set +images +PSNR-Y dB/);
    expect(table).toMatch(/lanczos +- +f64 +Mine x3 +1 +\d+\.\d{3}/);
    expect(table).toContain('Protocol anchor');
  });

  it.each([
    ['expected --references', ['--upscale']],
    ['there is nothing', ['--upscale', '--references', 'nowhere']],
    ["got 'nope'", () => onBench('--models', 'nope')],
    ['enlarges 2 times', () => onBench('--scale', '4', '--models', model)],
    ['but got both', () => ['--upscale', '--references', `${join(folder, 'bench')},${image}`]],
    ['from 0 to 51', () => ['--upscale', '--references', image, '--crf', '23,x']],
    ["argument '5' is invalid", ['--upscale', '--scale', '5']],
  ] as const)('refuses in one sentence: %s', async (sentence, args) => {
    await expect(run(...(typeof args === 'function' ? args() : args))).rejects.toThrow(sentence);
  });
});

describe('tandem compare', () => {
  it('scores two images', async () => {
    expect(await run(image, image)).toMatch(/\na\.png +64x48 +1 +equal +- +equal +1\.00000 +- +-$/);
    const document = JSON.parse(await run(image, image, '--json')) as { rows: object[] };
    expect(document.rows).toMatchObject([
      { reference: image, planes: [{ plane: 'y', meanSquaredError: 0 }, {}, {}, {}] },
    ]);
  });

  it.each([
    ['expected a reference and a candidate', () => [image]],
    ['expected a picture or a clip at', () => [image, join(folder, 'gone.png')]],
    ['expected --upscale beside --references', () => ['--references', folder]],
  ])('refuses in one sentence: %s', async (sentence, args) => {
    await expect(run(...args())).rejects.toThrow(sentence);
  });
});
